import type { LabelSet } from '../data/labels.ts';
import { executionError } from '../error.ts';
import { formatHistogram } from '../histogram/text.ts';
import type { Aggregation } from '../syntax/ast.ts';
import { formatValue } from '../text/number.ts';
import { isLabelName, quote } from '../text/quote.ts';
import { ABSENT, bytesOf, type Column, FLOAT } from './column.ts';
import type { Context } from './context.ts';
import { groupLabels } from './grouping.ts';
import { evalVector, stringValue } from './operands.ts';

/** `count_values("label", v)`: how many members of a group have each value, the value as a label. */
export async function countValues(node: Aggregation, context: Context): Promise<Column[]> {
  const label = stringValue(node.param!);
  if (!isLabelName(label)) throw executionError(`invalid label name ${quote(label)}`);
  const columns = await evalVector(node.expr, context);
  const { budget } = context.query;
  const counts = new ValueCounts(node, label, context.grid.count);
  for (const column of columns) {
    const before = counts.size;
    counts.take(column);
    budget.spend((counts.size - before) * context.grid.count);
    for (const made of counts.columns.slice(before)) budget.hold(bytesOf(made));
    if (budget.due()) await budget.pause();
  }
  return counts.columns;
}

const COLUMNS_A_SLAB = 64;

/** The values of one group, by their text. */
interface Group {
  readonly withText: (text: string) => LabelSet;
  readonly byText: Map<string, Column>;
}

/** One column for each value of each group. */
class ValueCounts {
  readonly columns: Column[] = [];
  readonly #groups = new Map<string, Group>();
  readonly #groupLabels: (labels: LabelSet) => LabelSet;
  /** `without (label)` drops the label again, and all values of a group are counted together. */
  readonly #labelled: boolean;
  #values = new Float64Array(0);
  #kinds = new Uint8Array(0);
  #free = 0;

  constructor(
    readonly node: Aggregation,
    readonly label: string,
    readonly steps: number,
  ) {
    this.#groupLabels = groupLabels(node);
    this.#labelled = !node.without || !node.grouping.includes(label);
  }

  get size(): number {
    return this.columns.length;
  }

  take({ labels, kinds, values, histograms }: Column): void {
    const base = this.#groupLabels(labels).filter((name) => name !== this.label);
    let group = this.#groups.get(base.key);
    if (group === undefined) {
      const withText = this.#labelled ? base.setter(this.label) : () => base;
      group = { withText, byText: new Map() };
      this.#groups.set(base.key, group);
    }
    let lastValue = Number.NaN;
    let last: Column | undefined;
    for (let i = 0; i < this.steps; i++) {
      const kind = kinds[i];
      if (kind === ABSENT) continue;
      // Values often stay the same for some steps; their text is then the same.
      if (last === undefined || kind !== FLOAT || values[i] !== lastValue || lastValue === 0) {
        const text = kind === FLOAT ? formatValue(values[i]!) : formatHistogram(histograms![i]!);
        last = this.#columnOf(group, text);
        lastValue = kind === FLOAT ? values[i]! : Number.NaN;
      }
      last.values[i] = last.values[i]! + 1;
      last.kinds[i] = FLOAT;
    }
  }

  /** There may be very many columns, so they are cut from larger pieces of memory. */
  #newColumn(labels: LabelSet): Column {
    const { steps } = this;
    if (this.#free === 0) {
      this.#free = COLUMNS_A_SLAB;
      this.#values = new Float64Array(COLUMNS_A_SLAB * steps);
      this.#kinds = new Uint8Array(COLUMNS_A_SLAB * steps);
    }
    const from = (COLUMNS_A_SLAB - this.#free--) * steps;
    return {
      labels,
      dropName: false,
      values: this.#values.subarray(from, from + steps),
      kinds: this.#kinds.subarray(from, from + steps),
      histograms: undefined,
    };
  }

  #columnOf(group: Group, text: string): Column {
    const key = this.#labelled ? text : '';
    let column = group.byText.get(key);
    if (column === undefined) {
      column = this.#newColumn(group.withText(text));
      group.byText.set(key, column);
      this.columns.push(column);
    }
    return column;
  }
}
