import { meanOf, sumOf } from '../functions/over-time.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import { compact } from '../histogram/layout.ts';
import { hintsCollide, meanOfHistograms, sumHistograms } from '../histogram/mean.ts';
import type { Aggregation } from '../syntax/ast.ts';
import { ABSENT, type Column, FLOAT, HISTOGRAM, newMixedColumn } from './column.ts';
import type { Context } from './context.ts';
import { type AggregationGroup, anyDropsName, inputSpan } from './grouping.ts';
import { noteMixedSchemas, noteReconciled, noteResetCollision } from './histogram-notes.ts';

/** Of adding one histogram to others. */
const HISTOGRAM_WORK = 100;

/** `sum` and `avg` of a group that has histograms, step by step. */
export async function aggregateHistograms(
  node: Aggregation,
  { labels, members }: AggregationGroup,
  context: Context,
): Promise<Column> {
  const { budget } = context.query;
  const out = newMixedColumn(labels, anyDropsName(members), context.grid.count);
  const { annotations } = context.query;
  for (let i = 0; i < context.grid.count; i++) {
    if (budget.dueAfter(HISTOGRAM_WORK * members.length)) await budget.pause();
    const floats: number[] = [];
    const histograms: FloatHistogram[] = [];
    const names: string[] = [];
    for (const member of members) {
      if (member.kinds[i] === ABSENT) continue;
      if (member.kinds[i] === HISTOGRAM) {
        histograms.push(member.histograms![i]!);
        names.push(member.labels.metricName);
      } else {
        floats.push(member.values[i]!);
      }
    }
    if (floats.length > 0 && histograms.length > 0) {
      annotations.warn(
        'encountered a mix of histograms and floats for aggregation',
        inputSpan(node),
      );
    } else if (floats.length > 0) {
      const values = Float64Array.from(floats);
      const last = values.length - 1;
      out.values[i] = node.op === 'sum' ? sumOf(values, 0, last) : meanOf(values, 0, last);
      out.kinds[i] = FLOAT;
    } else if (histograms.length > 0) {
      const result = combined(node, histograms, names, context);
      if (result === undefined) continue;
      out.histograms[i] = result;
      out.kinds[i] = HISTOGRAM;
    }
  }
  return out.kinds.includes(HISTOGRAM) ? out : { ...out, histograms: undefined };
}

function combined(
  node: Aggregation,
  histograms: readonly FloatHistogram[],
  names: readonly string[],
  context: Context,
): FloatHistogram | undefined {
  const { annotations } = context.query;
  const at = inputSpan(node);
  const outcome = node.op === 'sum' ? sumHistograms(histograms) : meanOfHistograms(histograms);
  if ('failedAt' in outcome) {
    noteMixedSchemas(annotations, names[outcome.failedAt]!, at);
    return undefined;
  }
  if (outcome.boundsReconciled) noteReconciled(annotations, 'aggregation', at);
  if (hintsCollide(histograms)) noteResetCollision(annotations, 'aggregation', at);
  return compact(outcome.value);
}
