import type { LabelSet } from '../data/labels.ts';
import { executionError } from '../error.ts';
import type { Binary, VectorMatching } from '../syntax/ast.ts';
import { ABSENT, bytesOf, type Column, eachColumn, isEmpty, mergeSameLabels } from './column.ts';
import { combine } from './combine.ts';
import type { Context } from './context.ts';
import { isArithmetic } from './kernels.ts';
import { scalarColumn } from './operands.ts';
import { DEFAULT_MATCHING, matchLabels, signatureOf } from './signature.ts';

const IMPLICIT_MANY =
  'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)';
const AMBIGUOUS = 'multiple matches for labels: grouping labels must ensure unique matches';

/** Of putting two partners together, beside their steps. */
const GROUP_WORK = 16;

/** The series of both sides with the same signature. */
interface Group {
  readonly many: Column[];
  readonly one: Column[];
}

/**
 * Arithmetic and comparison between vectors: partners are found once per query, by signature; what
 * must hold step by step (at most one partner) is checked on the presence maps.
 */
export async function joinVectors(
  node: Binary,
  left: readonly Column[],
  right: readonly Column[],
  context: Context,
): Promise<Column[]> {
  const { budget } = context.query;
  const matching = node.matching ?? DEFAULT_MATCHING;
  const swapped = matching.card === 'one-to-many';
  const [many, one] = swapped ? [right, left] : [left, right];
  const groups = await groupBySignature(many, one, matching, context);
  const join = new Join(node, matching, swapped, context);
  await join.checkOneSide(groups, many);
  const results: Column[] = [];
  const take = (column: Column): void => {
    if (isEmpty(column)) return;
    budget.hold(bytesOf(column));
    results.push(column);
  };
  for (const group of groups.values()) {
    const pending = join.group(group, take);
    if (pending !== undefined) await pending;
    if (budget.dueAfter(GROUP_WORK + context.grid.count)) await budget.pause();
  }
  const message = matching.card === 'one-to-one' ? undefined : AMBIGUOUS;
  return mergeSameLabels(results, context, message);
}

async function groupBySignature(
  many: readonly Column[],
  one: readonly Column[],
  matching: VectorMatching,
  context: Context,
): Promise<Map<string, Group>> {
  const signature = signatureOf(matching);
  const groups = new Map<string, Group>();
  const groupOf = (column: Column): Group => {
    const key = signature(column.labels);
    let group = groups.get(key);
    if (group === undefined) {
      group = { many: [], one: [] };
      groups.set(key, group);
    }
    return group;
  };
  await eachColumn(many, context, (column) => groupOf(column).many.push(column));
  await eachColumn(one, context, (column) => groupOf(column).one.push(column));
  return groups;
}

class Join {
  readonly #steps: number;
  readonly #oneFill: number | undefined;
  readonly #manyFill: number | undefined;
  readonly #matchLabels: (labels: LabelSet) => LabelSet;
  readonly #listed: ReadonlySet<string>;

  constructor(
    readonly node: Binary,
    readonly matching: VectorMatching,
    readonly swapped: boolean,
    readonly context: Context,
  ) {
    this.#steps = context.grid.count;
    // As in Prometheus, `fill_left` is for the many side also where `group_right` makes that the right.
    this.#oneFill = matching.fillRight;
    this.#manyFill = matching.fillLeft;
    this.#matchLabels = matchLabels(matching);
    this.#listed = new Set(matching.labels);
  }

  /** The "one" side must be unique at every step at which there is anything to match. */
  async checkOneSide(groups: Map<string, Group>, many: readonly Column[]): Promise<void> {
    const fills = this.#oneFill !== undefined || this.#manyFill !== undefined;
    let needed: Uint8Array | undefined;
    for (const { one } of groups.values()) {
      if (one.length < 2) continue;
      needed ??= fills ? new Uint8Array(this.#steps).fill(1) : await this.#presentSteps(many);
      const counts = needed;
      const holder: (Column | undefined)[] = new Array(this.#steps).fill(undefined);
      await eachColumn(one, this.context, (column) => {
        for (let i = 0; i < this.#steps; i++) {
          if (column.kinds[i] === ABSENT || counts[i] === 0) continue;
          const other = holder[i];
          if (other !== undefined) throw this.#duplicate(column, other);
          holder[i] = column;
        }
      });
    }
  }

  #duplicate(a: Column, b: Column): Error {
    const [first, second] = [a.labels, b.labels].sort((x, y) => x.compare(y)) as [
      LabelSet,
      LabelSet,
    ];
    const side = this.swapped ? 'left' : 'right';
    const shared = this.#matchLabels(first);
    return executionError(
      `found duplicate series for the match group ${shared} on the ${side} hand-side of the operation: [${first}, ${second}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }

  /** Makes the columns of a group. Most groups are one pair, which is not worth waiting for. */
  group(group: Group, take: (column: Column) => void): Promise<void> | undefined {
    const { many, one } = group;
    if (this.#oneFill === undefined && this.#manyFill === undefined) {
      if (many.length === 0 || one.length === 0) return undefined;
      if (many.length === 1 && one.length === 1) {
        take(this.#pair(many[0]!, one[0]!));
        return undefined;
      }
    }
    return this.#all(group, take);
  }

  async #all({ many, one }: Group, take: (column: Column) => void): Promise<void> {
    const onePresent = await this.#presentSteps(one);
    if (this.matching.card === 'one-to-one' && many.length > 1)
      await this.#checkManySide(many, onePresent);
    for (const manyColumn of many) {
      await eachColumn(one, this.context, (oneColumn) => take(this.#pair(manyColumn, oneColumn)));
      if (this.#oneFill === undefined) continue;
      const labels = this.#matchLabels(manyColumn.labels);
      take(this.#pair(manyColumn, this.#filler(labels, this.#oneFill, onePresent)));
    }
    if (this.#manyFill === undefined) return;
    const fill = this.#manyFill;
    const manyPresent = await this.#presentSteps(many);
    await eachColumn(one, this.context, (oneColumn) => {
      const labels = this.#matchLabels(oneColumn.labels);
      take(this.#pair(this.#filler(labels, fill, manyPresent), oneColumn));
    });
  }

  async #checkManySide(many: readonly Column[], onePresent: Uint8Array): Promise<void> {
    const seen = new Uint8Array(this.#steps);
    await eachColumn(many, this.context, ({ kinds }) => {
      for (let i = 0; i < this.#steps; i++) {
        if (kinds[i] === ABSENT || (onePresent[i] === 0 && this.#oneFill === undefined)) continue;
        if (seen[i] === 1) throw executionError(IMPLICIT_MANY);
        seen[i] = 1;
      }
    });
  }

  /** A constant at the steps at which nothing is present. */
  #filler(labels: LabelSet, value: number, present: Uint8Array): Column {
    return {
      ...scalarColumn(new Float64Array(this.#steps).fill(value)),
      labels,
      kinds: present.map((there) => 1 - there),
    };
  }

  #pair(many: Column, one: Column): Column {
    const [left, right] = this.swapped ? [one, many] : [many, one];
    const result = combine(this.node, left, right, this.context);
    const { bool } = this.node;
    return {
      ...result,
      labels: this.#labels(many.labels, one.labels),
      dropName: bool || many.dropName,
    };
  }

  #labels(many: LabelSet, one: LabelSet): LabelSet {
    const { matching, node } = this;
    const delayed = this.context.query.features.delayedNameRemoval === true;
    let labels = isArithmetic(node.op) || (node.bool && !delayed) ? many.anonymous : many;
    if (matching.card === 'one-to-one' && (matching.on || matching.labels.length > 0)) {
      labels = labels.filter((name) => this.#listed.has(name) === matching.on);
    }
    if (matching.include.length === 0) return labels;
    return labels.with(Object.fromEntries(matching.include.map((name) => [name, one.get(name)])));
  }

  async #presentSteps(columns: readonly Column[]): Promise<Uint8Array> {
    const present = new Uint8Array(this.#steps);
    await eachColumn(columns, this.context, ({ kinds }) => {
      for (let i = 0; i < present.length; i++) if (kinds[i] !== ABSENT) present[i] = 1;
    });
    return present;
  }
}
