import type { LabelSet } from '../data/labels.ts';
import {
  type ClassicBuckets,
  classicFraction,
  classicQuantile,
} from '../functions/classic-histogram.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import { histogramFraction } from '../histogram/fraction.ts';
import { histogramQuantile } from '../histogram/quantile.ts';
import { histogramVariance } from '../histogram/variance.ts';
import type { Call, Span } from '../syntax/ast.ts';
import { formatShort } from '../text/number.ts';
import { forMetric } from './annotations.ts';
import { bucketBuffers, fillBuckets, histogramInput, nativeCounts } from './classic-groups.ts';
import {
  bytesOf,
  type Column,
  FLOAT,
  HISTOGRAM,
  isEmpty,
  mapColumns,
  mergeSameLabels,
  newColumn,
} from './column.ts';
import type { Context } from './context.ts';
import { timeAt } from './grid.ts';
import { unwrap } from './invariant.ts';
import { evalScalar, evalVector, stringValue } from './operands.ts';

/** What one number says about a native histogram; floats are dropped by these. */
const NATIVE_ONLY: ReadonlyMap<string, (h: FloatHistogram) => number> = new Map<
  string,
  (h: FloatHistogram) => number
>(
  Object.entries({
    histogram_avg: (h: FloatHistogram) => h.sum / h.count,
    histogram_count: (h: FloatHistogram) => h.count,
    histogram_stddev: (h: FloatHistogram) => Math.sqrt(histogramVariance(h)),
    histogram_stdvar: histogramVariance,
    histogram_sum: (h: FloatHistogram) => h.sum,
  }),
);

export const HISTOGRAM_FUNCTIONS: ReadonlySet<string> = new Set([
  ...NATIVE_ONLY.keys(),
  'histogram_fraction',
  'histogram_quantile',
  'histogram_quantiles',
]);

export async function evalHistogramCall(node: Call, context: Context): Promise<Column[]> {
  const nativeOnly = NATIVE_ONLY.get(node.func);
  if (nativeOnly !== undefined)
    return ofNative(await evalVector(node.args[0]!, context), nativeOnly, context);
  switch (node.func) {
    case 'histogram_fraction':
      return evalFraction(node, context);
    case 'histogram_quantile':
      return evalQuantile(node, context);
    default:
      return evalQuantiles(node, context);
  }
}

async function ofNative(
  columns: readonly Column[],
  read: (h: FloatHistogram) => number,
  context: Context,
): Promise<Column[]> {
  const delayed = context.query.features.delayedNameRemoval === true;
  const results = await mapColumns(columns, context, (column) => {
    if (column.histograms === undefined) return undefined;
    const labels = delayed ? column.labels : column.labels.anonymous;
    const out = newColumn(labels, true, column.kinds.length);
    for (let i = 0; i < column.kinds.length; i++) {
      if (column.kinds[i] !== HISTOGRAM) continue;
      out.values[i] = read(column.histograms[i]!);
      out.kinds[i] = FLOAT;
    }
    return isEmpty(out) ? undefined : out;
  });
  return delayed ? results : mergeSameLabels(results, context);
}

/** Of reading a native histogram. */
const HISTOGRAM_WORK = 100;

/** How a number is made of a histogram at a step. */
interface Reading {
  readonly native: (h: FloatHistogram, step: number, metric: string) => number;
  readonly classic: (buckets: ClassicBuckets, step: number, metric: string) => number;
  readonly relabel?: (labels: LabelSet) => LabelSet;
}

async function readHistograms(
  columns: readonly Column[],
  at: Span,
  readings: readonly Reading[],
  context: Context,
): Promise<Column[]> {
  const { query, grid } = context;
  const delayed = query.features.delayedNameRemoval === true;
  const input = await histogramInput(columns, at, context);
  const results: Column[] = [];
  const take = (column: Column): void => {
    if (isEmpty(column)) return;
    query.budget.hold(bytesOf(column));
    results.push(column);
  };
  const start = (labels: LabelSet, reading: Reading): Column => {
    const named = delayed ? labels : labels.anonymous;
    return newColumn(reading.relabel?.(named) ?? named, true, grid.count);
  };
  for (const reading of readings) {
    for (const column of input.native) {
      const out = start(column.labels, reading);
      for (let i = 0; i < grid.count; i++) {
        if (!nativeCounts(input, column, i)) continue;
        out.values[i] = reading.native(column.histograms![i]!, i, column.labels.metricName);
        out.kinds[i] = FLOAT;
        if (query.budget.dueAfter(HISTOGRAM_WORK)) await query.budget.pause();
      }
      take(out);
    }
    for (const group of input.classic) {
      const out = start(group.labels, reading);
      const buckets = bucketBuffers(group);
      const metric = delayed ? group.labels.metricName : '';
      for (let i = 0; i < grid.count; i++) {
        fillBuckets(group, i, buckets);
        if (buckets.length === 0) continue;
        out.values[i] = reading.classic(buckets, i, metric);
        out.kinds[i] = FLOAT;
        if (query.budget.dueAfter(buckets.length)) await query.budget.pause();
      }
      take(out);
      if (query.budget.due()) await query.budget.pause();
    }
  }
  return mergeSameLabels(results, context);
}

async function evalFraction(node: Call, context: Context): Promise<Column[]> {
  const lower = await evalScalar(node.args[0]!, context);
  const upper = await evalScalar(node.args[1]!, context);
  const columns = await evalVector(node.args[2]!, context);
  const at = unwrap(node.args[2]!);
  return readHistograms(
    columns,
    at,
    [
      {
        native: (h, i, metric) => {
          if (Number.isNaN(h.sum) && h.count > 0) {
            context.query.annotations.info(
              `input to histogram_fraction has NaN observations, which are excluded from all fractions${forMetric(metric)}`,
              at,
            );
          }
          return histogramFraction(lower[i]!, upper[i]!, h);
        },
        classic: (buckets, i) => classicFraction(lower[i]!, upper[i]!, buckets),
      },
    ],
    context,
  );
}

async function evalQuantile(node: Call, context: Context): Promise<Column[]> {
  const quantiles = await evalScalar(node.args[0]!, context);
  const columns = await evalVector(node.args[1]!, context);
  warnOutside(quantiles, unwrap(node.args[0]!), context);
  const at = unwrap(node.args[1]!);
  return readHistograms(columns, at, [quantileReading(quantiles, at, context)], context);
}

async function evalQuantiles(node: Call, context: Context): Promise<Column[]> {
  const columns = await evalVector(node.args[0]!, context);
  const label = stringValue(node.args[1]!);
  const at = unwrap(node.args[0]!);
  const readings: Reading[] = [];
  for (const arg of node.args.slice(2)) {
    const quantiles = await evalScalar(arg, context);
    warnOutside(quantiles, unwrap(arg), context);
    const text = openMetricsFloat(quantiles[0] ?? 0);
    readings.push({
      ...quantileReading(quantiles, at, context),
      relabel: (labels) => labels.with({ [label]: text }),
    });
  }
  return readHistograms(columns, at, readings, context);
}

/** OpenMetrics writes whole numbers with a fraction, so that label values look alike. */
function openMetricsFloat(value: number): string {
  const text = formatShort(value);
  return /[.eIN]/.test(text) ? text : `${text}.0`;
}

function warnOutside(quantiles: Float64Array, at: Span, context: Context): void {
  for (const q of new Set(quantiles)) {
    if (q >= 0 && q <= 1) continue;
    context.query.annotations.warn(
      `quantile value should be between 0 and 1, got ${formatShort(q)}`,
      at,
    );
  }
}

function quantileReading(quantiles: Float64Array, at: Span, context: Context): Reading {
  const { annotations } = context.query;
  return {
    native: (h, i, metric) => {
      const { value, nan } = histogramQuantile(quantiles[i]!, h);
      if (nan !== 'none') {
        const effect = nan === 'result' ? 'result is NaN' : 'result is skewed higher';
        annotations.info(
          `input to histogram_quantile has NaN observations, ${effect}${forMetric(metric)}`,
          at,
        );
      }
      return value;
    },
    classic: (buckets, i, metric) =>
      classicQuantile(quantiles[i]!, buckets, (forced) =>
        annotations.forcedMonotonicity(metric, at, timeAt(context.grid, i), forced),
      ),
  };
}
