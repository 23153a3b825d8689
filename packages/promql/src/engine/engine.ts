import type { CancelSignal, SeriesSource } from '../data/series.ts';
import type { MatrixSeries, QueryResult, Value, VectorSample } from '../data/value.ts';
import { PromQLError } from '../error.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import type { Expr } from '../syntax/ast.ts';
import { typeOf } from '../syntax/check.ts';
import type { LanguageFeatures } from '../syntax/features.ts';
import { format } from '../syntax/format.ts';
import { parse } from '../syntax/parser.ts';
import type { Millis } from '../text/duration.ts';
import { Annotations } from './annotations.ts';
import { Budget, DEFAULT_LIMITS, type Limits, type SharedMemory } from './budget.ts';
import { ABSENT, type Column, eachColumn, HISTOGRAM, mergeSameLabels } from './column.ts';
import type { Context, EngineFeatures } from './context.ts';
import { evalScalar, evalVector } from './evaluate.ts';
import { type Grid, gridOf, timeAt, timesOf } from './grid.ts';
import { defaultHost, type Host } from './host.ts';
import { unwrap } from './invariant.ts';
import { rangeSamples } from './range-value.ts';
import { countedSelectors } from './reset-hints.ts';
import { sorted } from './sorted.ts';

export interface EngineOptions {
  /** How long a sample stays current; default 5 minutes. */
  readonly lookbackMs?: Millis;
  /** The step of subqueries that name none; default 1 minute. */
  readonly subqueryStepMs?: (range: Millis) => Millis;
  readonly limits?: Partial<Limits>;
  /** What Prometheus holds behind flags; all off unless named. */
  readonly features?: LanguageFeatures & EngineFeatures;
  /** The clock and event loop; default: those of the platform. */
  readonly host?: Partial<Host>;
}

export interface QueryOptions {
  /** Aborting it stops the evaluation with a `canceled` error. */
  readonly signal?: CancelSignal;
  /** What this query may hold together with others. */
  readonly memory?: SharedMemory;
}

/** A range query's evaluation times, in milliseconds; `end` is inclusive. */
export interface QueryRange {
  readonly start: Millis;
  readonly end: Millis;
  readonly step: Millis;
}

/**
 * Evaluates PromQL over anything that can hand it columns of samples.
 *
 * @example
 * const engine = new Engine();
 * const { value } = await engine.instant(source, 'sum(rate(requests_total[5m]))', Date.now());
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #limits: Limits;
  readonly #host: Host;

  constructor(options: EngineOptions = {}) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#host = { ...defaultHost, ...options.host };
  }

  /**
   * Evaluates at one instant: a vector, a scalar, a string, or the samples of a range vector.
   *
   * @throws PromQLError
   */
  instant(
    source: SeriesSource,
    query: string | Expr,
    at: Millis,
    options: QueryOptions = {},
  ): Promise<QueryResult> {
    return this.#run(source, query, { start: at, end: at, step: 0 }, options, instantValue);
  }

  /**
   * Evaluates at `start`, `start + step`, … up to `end`: always a matrix, sorted by labels.
   *
   * @throws PromQLError; also where the expression is no instant vector and no scalar
   */
  range(
    source: SeriesSource,
    query: string | Expr,
    range: QueryRange,
    options: QueryOptions = {},
  ): Promise<QueryResult> {
    return this.#run(source, query, range, options, matrixValue);
  }

  async #run(
    source: SeriesSource,
    query: string | Expr,
    range: QueryRange,
    options: QueryOptions,
    finish: (expr: Expr, context: Context) => Promise<Value>,
  ): Promise<QueryResult> {
    const { lookbackMs, subqueryStepMs, features } = this.#options;
    const text = typeof query === 'string' ? query : format(query);
    // Positions in annotations are positions in the text, so the tree has to be of that text.
    const expr = parse(text, { features: features ?? {}, limits: this.#limits });
    const budget = new Budget(this.#limits, this.#host, options.signal, options.memory);
    const annotations = new Annotations(text);
    const grid = gridOf(range.start, range.end, range.step);
    budget.steps(grid.count);
    budget.check();
    const context: Context = {
      query: {
        evaluate: { vector: evalVector, scalar: evalScalar },
        source,
        ...range,
        lookbackMs: lookbackMs ?? 300_000,
        subqueryStepMs: subqueryStepMs ?? (() => 60_000),
        features: features ?? {},
        annotations,
        budget,
        counted: countedSelectors(expr),
        selected: new Map(),
      },
      grid,
    };
    let value: Value;
    try {
      value = await finish(expr, context);
      budget.check();
    } finally {
      budget.close();
    }
    return {
      value,
      warnings: annotations.warnings,
      infos: annotations.infos,
      stats: {
        samplesRead: budget.samplesRead,
        samplesTouched: budget.touched,
        peakSamples: budget.peak,
        seriesRead: budget.seriesRead,
        answerBytes: budget.held,
        elapsedMs: this.#host.now() - budget.startedAt,
      },
    };
  }
}

async function instantValue(expr: Expr, context: Context): Promise<Value> {
  const { grid } = context;
  const node = unwrap(expr);
  const at = grid.start;
  switch (typeOf(node)) {
    case 'string':
      return { type: 'string', at, value: node.kind === 'string' ? node.value : '' };
    case 'scalar':
      return { type: 'scalar', at, value: (await evalScalar(node, context))[0]! };
    case 'matrix':
      return { type: 'matrix', series: await rangeSamples(node, context) };
    case 'vector': {
      const columns = await finalColumns(node, context);
      const samples: VectorSample[] = [];
      await eachColumn(columns, context, (column) => {
        const sample = sampleOf(column, at);
        if (sample !== undefined) samples.push(sample);
      });
      return { type: 'vector', samples };
    }
  }
}

function sampleOf(column: Column, at: Millis): VectorSample | undefined {
  const kind = column.kinds[0];
  if (kind === ABSENT) return undefined;
  const { labels } = column.labels;
  if (kind === HISTOGRAM)
    return { labels, at, value: Number.NaN, histogram: column.histograms![0]! };
  return { labels, at, value: column.values[0]! };
}

async function matrixValue(expr: Expr, context: Context): Promise<Value> {
  const node = unwrap(expr);
  const { grid } = context;
  const type = typeOf(node);
  if (type === 'scalar') {
    const values = await evalScalar(node, context);
    return { type: 'matrix', series: [{ labels: {}, times: timesOf(grid), values }] };
  }
  if (type !== 'vector') {
    throw new PromQLError(
      'parse',
      `invalid expression type "${type === 'matrix' ? 'range vector' : type}" for range query, must be Scalar or instant Vector`,
    );
  }
  const columns = await finalColumns(node, context);
  const times = timesOf(grid);
  const series: MatrixSeries[] = [];
  const { budget } = context.query;
  const inOrder = await sorted(columns, (a, b) => a.labels.compare(b.labels), budget);
  await eachColumn(inOrder, context, (column) => {
    const one = seriesOf(column, grid, times);
    if (one === undefined) return;
    if (one.times !== times) budget.hold(16 * one.times.length);
    series.push(one);
  });
  return { type: 'matrix', series };
}

/** The root's columns, with the names that were to be dropped dropped. */
async function finalColumns(expr: Expr, context: Context): Promise<Column[]> {
  const columns = await evalVector(expr, context);
  if (context.query.features.delayedNameRemoval !== true) return columns;
  const named = columns.map((column) =>
    column.dropName ? { ...column, labels: column.labels.anonymous } : column,
  );
  return mergeSameLabels(named, context);
}

/** A column without its absent steps; a full one is handed on as it is. */
function seriesOf(column: Column, grid: Grid, times: Float64Array): MatrixSeries | undefined {
  const { kinds, values } = column;
  let count = 0;
  let mixed = false;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] !== ABSENT) count++;
    if (kinds[i] === HISTOGRAM) mixed = true;
  }
  if (count === 0) return undefined;
  const { labels } = column.labels;
  if (count === kinds.length && !mixed) return { labels, times, values };
  const present = { times: new Float64Array(count), values: new Float64Array(count) };
  const histograms: (FloatHistogram | undefined)[] = [];
  let at = 0;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] === ABSENT) continue;
    present.times[at] = timeAt(grid, i);
    present.values[at] = kinds[i] === HISTOGRAM ? Number.NaN : values[i]!;
    if (mixed) histograms.push(column.histograms?.[i]);
    at++;
  }
  return mixed ? { labels, ...present, histograms } : { labels, ...present };
}
