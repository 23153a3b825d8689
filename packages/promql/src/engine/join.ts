import type { LabelSet } from '../data/labels.ts';
import { executionError } from '../error.ts';
import type { Binary, VectorMatching } from '../syntax/ast.ts';
import { ABSENT, type Column, isEmpty, mergeSameLabels } from './column.ts';
import { combine } from './combine.ts';
import type { Context } from './context.ts';
import { isArithmetic } from './kernels.ts';
import { scalarColumn } from './operands.ts';
import { DEFAULT_MATCHING, matchLabels, signatureOf } from './signature.ts';

const IMPLICIT_MANY =
  'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)';
const AMBIGUOUS = 'multiple matches for labels: grouping labels must ensure unique matches';

/** The series of both sides with the same signature. */
interface Group {
  readonly many: Column[];
  readonly one: Column[];
}

/**
 * Arithmetic and comparison between vectors: partners are found once per query, by signature; what
 * must hold step by step (at most one partner) is checked on the presence maps.
 */
export function joinVectors(
  node: Binary,
  left: readonly Column[],
  right: readonly Column[],
  context: Context,
): Column[] {
  const matching = node.matching ?? DEFAULT_MATCHING;
  const swapped = matching.card === 'one-to-many';
  const [many, one] = swapped ? [right, left] : [left, right];
  const groups = groupBySignature(many, one, matching);
  const join = new Join(node, matching, swapped, context);
  join.checkOneSide(groups, many);
  const results: Column[] = [];
  for (const group of groups.values()) results.push(...join.group(group));
  const message = matching.card === 'one-to-one' ? undefined : AMBIGUOUS;
  return mergeSameLabels(
    results.filter((column) => !isEmpty(column)),
    message,
  );
}

function groupBySignature(
  many: readonly Column[],
  one: readonly Column[],
  matching: VectorMatching,
): Map<string, Group> {
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
  for (const column of many) groupOf(column).many.push(column);
  for (const column of one) groupOf(column).one.push(column);
  return groups;
}

class Join {
  readonly #steps: number;
  readonly #oneFill: number | undefined;
  readonly #manyFill: number | undefined;

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
  }

  /** The "one" side must be unique at every step at which there is anything to match. */
  checkOneSide(groups: Map<string, Group>, many: readonly Column[]): void {
    const fills = this.#oneFill !== undefined || this.#manyFill !== undefined;
    let needed: Uint8Array | undefined;
    for (const { one } of groups.values()) {
      if (one.length < 2) continue;
      needed ??= fills ? new Uint8Array(this.#steps).fill(1) : presentSteps(many, this.#steps);
      const holder: (Column | undefined)[] = new Array(this.#steps).fill(undefined);
      for (const column of one) {
        for (let i = 0; i < this.#steps; i++) {
          if (column.kinds[i] === ABSENT || needed[i] === 0) continue;
          const other = holder[i];
          if (other !== undefined) throw this.#duplicate(column, other);
          holder[i] = column;
        }
      }
    }
  }

  #duplicate(a: Column, b: Column): Error {
    const [first, second] = [a.labels, b.labels].sort((x, y) => x.compare(y)) as [
      LabelSet,
      LabelSet,
    ];
    const side = this.swapped ? 'left' : 'right';
    const shared = matchLabels(first, this.matching);
    return executionError(
      `found duplicate series for the match group ${shared} on the ${side} hand-side of the operation: [${first}, ${second}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }

  group({ many, one }: Group): Column[] {
    const results: Column[] = [];
    const oneToOne = this.matching.card === 'one-to-one';
    const onePresent = presentSteps(one, this.#steps);
    if (oneToOne && many.length > 1) this.#checkManySide(many, onePresent);
    for (const manyColumn of many) {
      for (const oneColumn of one) results.push(this.#pair(manyColumn, oneColumn));
      if (this.#oneFill === undefined) continue;
      const labels = matchLabels(manyColumn.labels, this.matching);
      results.push(this.#pair(manyColumn, this.#filler(labels, this.#oneFill, onePresent)));
    }
    if (this.#manyFill !== undefined) {
      const manyPresent = presentSteps(many, this.#steps);
      for (const oneColumn of one) {
        const labels = matchLabels(oneColumn.labels, this.matching);
        results.push(this.#pair(this.#filler(labels, this.#manyFill, manyPresent), oneColumn));
      }
    }
    return results;
  }

  #checkManySide(many: readonly Column[], onePresent: Uint8Array): void {
    const seen = new Uint8Array(this.#steps);
    for (const { kinds } of many) {
      for (let i = 0; i < this.#steps; i++) {
        if (kinds[i] === ABSENT || (onePresent[i] === 0 && this.#oneFill === undefined)) continue;
        if (seen[i] === 1) throw executionError(IMPLICIT_MANY);
        seen[i] = 1;
      }
    }
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
      const listed = new Set(matching.labels);
      labels = labels.filter((name) => listed.has(name) === matching.on);
    }
    if (matching.include.length === 0) return labels;
    return labels.with(Object.fromEntries(matching.include.map((name) => [name, one.get(name)])));
  }
}

function presentSteps(columns: readonly Column[], steps: number): Uint8Array {
  const present = new Uint8Array(steps);
  for (const { kinds } of columns) {
    for (let i = 0; i < steps; i++) if (kinds[i] !== ABSENT) present[i] = 1;
  }
  return present;
}
