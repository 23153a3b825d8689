import { executionError } from '../error.ts';
import { formatHistogram } from '../histogram/text.ts';
import type { Aggregation } from '../syntax/ast.ts';
import { formatValue } from '../text/number.ts';
import { isLabelName, quote } from '../text/quote.ts';
import { groupLabels } from './aggregation.ts';
import { ABSENT, type Column, FLOAT, mergeSameLabels, newColumn } from './column.ts';
import type { Context } from './context.ts';
import { evalVector, stringValue } from './evaluate.ts';

/** `count_values("label", v)`: how many members of a group have each value, the value as a label. */
export async function countValues(node: Aggregation, context: Context): Promise<Column[]> {
  const label = stringValue(node.param!);
  if (!isLabelName(label)) throw executionError(`invalid label name ${quote(label)}`);
  const columns = await evalVector(node.expr, context);
  const { budget } = context.query;
  const steps = context.grid.count;
  const grouping = node.without ? node.grouping : [...node.grouping, label];
  const counts = new Map<string, Column>();
  for (const column of columns) {
    const byValue = new Map<string, Column>();
    for (let i = 0; i < steps; i++) {
      const kind = column.kinds[i];
      if (kind === ABSENT) continue;
      const text =
        kind === FLOAT ? formatValue(column.values[i]!) : formatHistogram(column.histograms![i]!);
      let count = byValue.get(text);
      if (count === undefined) {
        const labels = groupLabels(column.labels.with({ [label]: text }), {
          without: node.without,
          grouping,
        });
        count = counts.get(labels.key);
        if (count === undefined) {
          count = newColumn(labels, false, steps);
          counts.set(labels.key, count);
          budget.spend(steps);
        }
        byValue.set(text, count);
      }
      count.values[i] = count.values[i]! + 1;
      count.kinds[i] = FLOAT;
    }
    if (budget.due()) await budget.pause();
  }
  return mergeSameLabels([...counts.values()]);
}
