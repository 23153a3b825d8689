import type { Millis } from '@bellwether/promql';
import { labelsKey } from '@bellwether/promql';
import { withLabels } from './label-key.ts';
import type { QueryFunc, VectorSample } from './query.ts';
import type { RecordingRule } from './rule.ts';

interface RecordingContext {
  readonly query: QueryFunc;
  /** The time the query is for. */
  readonly at: Millis;
  /** Most series it may yield; 0 for any number. */
  readonly limit: number;
}

/**
 * The series a recording rule yields: those of its expression under its own name and labels.
 * @throws Error where the query fails, two series become one, or there are more than the limit
 */
export async function evaluateRecordingRule(
  rule: RecordingRule,
  { query, at, limit }: RecordingContext,
): Promise<readonly VectorSample[]> {
  const seen = new Set<string>();
  const series = (await query(rule.expr, at)).map((sample) => {
    const labels = withLabels(sample.labels, { ...rule.labels, __name__: rule.record });
    seen.add(labelsKey(labels));
    return { ...sample, labels };
  });
  if (seen.size < series.length) {
    throw new Error('vector contains metrics with the same labelset after applying rule labels');
  }
  if (limit > 0 && series.length > limit) {
    throw new Error(`exceeded limit of ${limit} with ${series.length} series`);
  }
  return series;
}
