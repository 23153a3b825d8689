import { executionError } from '../error.ts';
import type { FloatWindows, MixedWindow, RangeFunction } from '../functions/range-function.ts';
import { RANGE_FUNCTIONS } from '../functions/range-functions.ts';
import type { Call, MatrixSelector, Span, Subquery } from '../syntax/ast.ts';
import { formatShort } from '../text/number.ts';
import {
  ABSENT,
  bytesOf,
  type Column,
  DUPLICATE_LABELS,
  eachColumn,
  FLOAT,
  HISTOGRAM,
  isEmpty,
  newColumn,
  newMixedColumn,
} from './column.ts';
import type { Context } from './context.ts';
import { timeAt } from './grid.ts';
import { unwrap } from './invariant.ts';
import { evalScalar } from './operands.ts';
import { evalRange, type RangeVector, type Samples } from './range.ts';
import { type Windows, windowsOf } from './windows.ts';

/** A call of a function over a range vector, for all series and steps. */
export async function evalRangeCall(node: Call, context: Context): Promise<Column[]> {
  const { query, grid } = context;
  const definition = RANGE_FUNCTIONS.get(node.func)!;
  const args = node.args.map(unwrap);
  const rangeArg = args.find(
    (arg): arg is MatrixSelector | Subquery => arg.kind === 'matrix' || arg.kind === 'subquery',
  );
  if (rangeArg === undefined) throw executionError('expected a range vector');
  if (rangeArg.kind === 'matrix') checkMode(node.func, definition, rangeArg);
  const parameters: Float64Array[] = [];
  for (const arg of args) if (arg !== rangeArg) parameters.push(await evalScalar(arg, context));
  const range = await evalRange(rangeArg, context, node.func);
  if (range.series.length > 0) checkParameters(node, parameters);
  const evaluator = new RangeCall(node, definition, range, parameters, context);
  const results: Column[] = [];
  for (const samples of range.series) {
    const made = evaluator.series(samples);
    const column = made instanceof Promise ? await made : made;
    query.budget.spend(grid.count);
    if (!isEmpty(column)) {
      query.budget.hold(bytesOf(column));
      results.push(column);
      evaluator.noteNonCounter(samples, column);
    }
    if (query.budget.due()) await query.budget.pause();
  }
  if (node.func === 'quantile_over_time') warnOutside(parameters[0]!, results, args[0]!, context);
  // Series of one metric differ in what is left of their labels.
  if (query.features.delayedNameRemoval !== true && !areOneMetric(range.series))
    await rejectDuplicates(results, context);
  return results;
}

function areOneMetric(series: readonly Samples[]): boolean {
  return series.every(({ labels }) => labels.sameMetric(series[0]!.labels));
}

async function rejectDuplicates(columns: readonly Column[], context: Context): Promise<void> {
  const seen = new Set<string>();
  await eachColumn(columns, context, ({ labels }) => {
    if (seen.has(labels.key)) throw executionError(DUPLICATE_LABELS);
    seen.add(labels.key);
  });
}

export function checkMode(
  func: string,
  definition: RangeFunction | undefined,
  range: MatrixSelector,
): void {
  const { mode } = range.selector;
  if (mode === 'plain' || definition?.modes?.includes(mode)) return;
  const allowed = [...RANGE_FUNCTIONS]
    .filter(([, other]) => other.modes?.includes(mode))
    .map(([name]) => name)
    .sort()
    .join(', ');
  throw executionError(`${mode} modifier can only be used with: ${allowed} - not with ${func}`);
}

/** Warns of quantiles that are none, at the steps where there was something to take them of. */
function warnOutside(
  quantiles: Float64Array,
  results: readonly Column[],
  at: Span,
  context: Context,
): void {
  const wrong = quantiles.filter(
    (q, step) => !(q >= 0 && q <= 1) && results.some(({ kinds }) => kinds[step] !== ABSENT),
  );
  for (const q of new Set(wrong)) {
    const message = `quantile value should be between 0 and 1, got ${formatShort(q)}`;
    context.query.annotations.warn(message, at);
  }
}

function checkParameters(node: Call, parameters: readonly Float64Array[]): void {
  if (node.func !== 'double_exponential_smoothing') return;
  const names = ['smoothing', 'trend'];
  const symbols = ['sf', 'tf'];
  parameters.forEach((values, i) => {
    for (const value of values) {
      if (value > 0 && value < 1) continue;
      throw executionError(
        `invalid ${names[i]} factor. Expected: 0 < ${symbols[i]} < 1, got: ${value.toFixed(6)}`,
      );
    }
  });
}

/** Of a function on one window, beside its samples. */
const WINDOW_WORK = 16;

class RangeCall {
  readonly #floatWindows: FloatWindows | undefined;
  #cutTimes: Float64Array | undefined;
  #cut: Windows | undefined;

  constructor(
    readonly node: Call,
    readonly definition: RangeFunction,
    readonly range: RangeVector,
    readonly parameters: readonly Float64Array[],
    readonly context: Context,
  ) {
    const { grid } = context;
    const [first] = range.series;
    if (first === undefined) return;
    this.#floatWindows = {
      samples: first,
      lo: new Int32Array(0),
      hi: new Int32Array(0),
      values: new Float64Array(0),
      kinds: new Uint8Array(0),
      steps: grid.count,
      references: range.references,
      range: range.range,
      evalStart: grid.start,
      evalStep: grid.step,
      parameters,
    };
  }

  /** The column of a series. Where histograms or modes ask for care it takes longer, and others run in between. */
  series(samples: Samples): Column | Promise<Column> {
    const { context, range, definition } = this;
    const delayed = context.query.features.delayedNameRemoval === true;
    const dropName = definition.keepsName !== true || samples.dropName;
    const labels = dropName && !delayed ? samples.labels.anonymous : samples.labels;
    const { lo, hi, samples: touched } = this.#windows(samples.times);
    context.query.budget.touch(touched, context);
    const careful =
      samples.histograms !== undefined ||
      range.mode !== 'plain' ||
      samples.startTimes !== undefined;
    if (careful)
      return this.#mixed(samples, lo, hi, newMixedColumn(labels, dropName, context.grid.count));
    const column = newColumn(labels, dropName, context.grid.count);
    const windows = this.#floatWindows!;
    windows.samples = samples;
    windows.lo = lo;
    windows.hi = hi;
    windows.values = column.values;
    windows.kinds = column.kinds;
    definition.floats(windows);
    return column;
  }

  /** Series scraped together share their times; their windows are then the same. */
  #windows(times: Float64Array): Windows {
    if (this.#cut !== undefined && times === this.#cutTimes) return this.#cut;
    const { references, range, mode } = this.range;
    const lookback = this.context.query.lookbackMs;
    const before = mode === 'plain' ? range : range + lookback;
    const after = mode === 'smoothed' ? lookback : 0;
    this.#cut = windowsOf(times, references, before, after, this.context.grid.count);
    this.#cutTimes = times;
    return this.#cut;
  }

  async #mixed(
    samples: Samples,
    lo: Int32Array,
    hi: Int32Array,
    column: ReturnType<typeof newMixedColumn>,
  ): Promise<Column> {
    const { budget } = this.context.query;
    for (let i = 0; i < lo.length; i++) {
      if (hi[i]! <= lo[i]!) continue;
      if (budget.dueAfter(WINDOW_WORK + hi[i]! - lo[i]!)) await budget.pause();
      const result = this.definition.mixed(this.#window(samples, lo[i]!, hi[i]!, i));
      if (result === undefined) continue;
      if (typeof result === 'number') {
        column.values[i] = result;
        column.kinds[i] = FLOAT;
      } else {
        column.histograms[i] = result;
        column.kinds[i] = HISTOGRAM;
      }
    }
    const plain = column.histograms.every((histogram) => histogram === undefined);
    return plain ? { ...column, histograms: undefined } : column;
  }

  #window(samples: Samples, lo: number, hi: number, step: number): MixedWindow {
    const { references, range, mode } = this.range;
    const floatTimes: number[] = [];
    const floats: number[] = [];
    const floatStarts: number[] = [];
    const floatWeights: number[] = [];
    const histogramTimes: number[] = [];
    const histograms = [];
    const histogramStarts: number[] = [];
    for (let k = lo; k < hi; k++) {
      const histogram = samples.histograms?.[k];
      const start = samples.startTimes?.[k];
      if (histogram === undefined) {
        floatTimes.push(samples.times[k]!);
        floats.push(samples.values[k]!);
        if (start !== undefined) floatStarts.push(start);
        if (samples.weights !== undefined) floatWeights.push(samples.weights[k]!);
      } else {
        histogramTimes.push(samples.times[k]!);
        histograms.push(histogram);
        if (start !== undefined) histogramStarts.push(start);
      }
    }
    const rangeEnd = references.start + step * references.step;
    return {
      floatTimes,
      floats,
      floatStarts,
      floatWeights,
      histogramTimes,
      histograms,
      histogramStarts,
      rangeStart: rangeEnd - range,
      rangeEnd,
      range,
      mode,
      evalTime: timeAt(this.context.grid, step),
      parameters: this.parameters.map((values) => values[step]!),
      metric: samples.labels.metricName,
      annotations: this.context.query.annotations,
      at: unwrap(this.node.args[0]!),
    };
  }

  /** `rate` and `increase` of something that does not look like a counter get an info. */
  noteNonCounter(samples: Samples, column: Column): void {
    const { func, args } = this.node;
    if (func !== 'rate' && func !== 'increase') return;
    const name = samples.labels.metricName;
    if (name === '' || !column.kinds.includes(FLOAT)) return;
    const { annotations, features } = this.context.query;
    if (features.typeAndUnitLabels === true) {
      const type = samples.labels.get('__type__');
      if (type === 'counter' || type === 'histogram') return;
      annotations.info(
        `metric might not be a counter, __type__ label is not set to "counter" or "histogram", got ${JSON.stringify(type)}: ${JSON.stringify(name)}`,
        unwrap(args[0]!),
      );
      return;
    }
    if (/_(?:total|sum|count|bucket)$/.test(name)) return;
    annotations.info(
      `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`,
      unwrap(args[0]!),
    );
  }
}
