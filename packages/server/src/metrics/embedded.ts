import {
  Engine,
  type Labels,
  type Limits,
  labelsKey,
  type Matcher,
  type Millis,
  PromQLError,
  type QueryOptions,
  type QueryResult,
  type SeriesColumns,
  type SeriesSource,
  sortedByLabels,
  type VectorSample,
} from '@bellwether/promql';
import type { FoundExemplars } from '../store/exemplars/exemplar.ts';
import type { MetricStore } from '../store/metrics/metric-store.ts';
import type { SeriesExtent } from '../store/metrics/series-extent.ts';
import { type Cardinality, cardinalityOf } from './cardinality.ts';
import { costOf, TimedSource } from './query-cost.ts';
import type {
  DroppedTargets,
  MetadataView,
  MetricSource,
  QueryAnswer,
  QuerySettings,
  RuleGroupView,
  StepRange,
  TargetMetadata,
  TargetView,
  TimeRange,
} from './source.ts';

/** As long as a sample stays current unless a query says otherwise; the engine's default too. */
const LOOKBACK_MS = 300_000;

const MOST_ANNOTATIONS = 10;

type Matches = readonly (readonly Matcher[])[];

export interface EmbeddedParts {
  readonly store: Pick<MetricStore, 'select' | 'lookups'>;
  /** How much of the past is in memory. */
  readonly headMs: Millis;
  /** The step of subqueries that name none. */
  readonly subqueryStepMs: () => Millis;
  /** Of one query. */
  readonly limits: Pick<Limits, 'samples' | 'timeoutMs'>;
  readonly clock: () => Millis;
  readonly exemplars: { select: MetricSource['exemplars'] };
  readonly rules: () => readonly RuleGroupView[];
  readonly targets: () => readonly TargetView[];
  readonly droppedTargets: () => DroppedTargets;
  readonly targetMetadata: () => readonly TargetMetadata[];
  readonly scrapePools: () => readonly string[];
  readonly metadata: () => ReadonlyMap<string, readonly MetadataView[]>;
  /** What a query over this span has to be warned of because the store has lost it; default: nothing. */
  readonly missing?: (range: TimeRange) => readonly string[];
}

/** PromQL answered in this process, by our engine over our store. */
export class EmbeddedMetricSource implements MetricSource {
  readonly #engine: Engine;
  readonly #parts: EmbeddedParts;

  constructor(parts: EmbeddedParts) {
    this.#parts = parts;
    this.#engine = this.#newEngine(LOOKBACK_MS, parts.limits.timeoutMs);
  }

  instant(expr: string, at: Millis, settings: QuerySettings = {}): Promise<QueryAnswer> {
    return this.#run(settings, (engine, source, options) =>
      engine.instant(source, expr, at, options),
    );
  }

  range(expr: string, range: StepRange, settings: QuerySettings = {}): Promise<QueryAnswer> {
    return this.#run(settings, (engine, source, options) =>
      engine.range(source, expr, range, options),
    );
  }

  async series(match: Matches, range: TimeRange, signal?: AbortSignal): Promise<Labels[]> {
    const found = await this.#extents(match, range, signal);
    return sortedByLabels(found).map(({ labels }) => labels);
  }

  labels(match: Matches, range: TimeRange, signal?: AbortSignal): Promise<string[]> {
    return sortedUnion(match, (matchers) =>
      this.#parts.store.lookups.labelNames(matchers, range, signal),
    );
  }

  labelValues(
    name: string,
    match: Matches,
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<string[]> {
    return sortedUnion(match, (matchers) =>
      this.#parts.store.lookups.labelValues(name, matchers, range, signal),
    );
  }

  async latest(match: Matches, at: Millis, signal?: AbortSignal): Promise<VectorSample[]> {
    const range = { from: at - LOOKBACK_MS, to: at };
    const hints = { step: 0, range: 0, maxSamples: this.#parts.limits.samples };
    const found = await eachOnce(match, (matchers) =>
      this.#parts.store.select(matchers, range, hints, signal),
    );
    return found.flatMap((series) => lastBefore(series, at));
  }

  exemplars(match: Matches, range: TimeRange, signal?: AbortSignal): Promise<FoundExemplars> {
    return this.#parts.exemplars.select(match, range, signal);
  }

  async cardinality(limit: number, signal?: AbortSignal): Promise<Cardinality> {
    const to = this.#parts.clock();
    const range = { from: to - this.#parts.headMs, to };
    return cardinalityOf(await this.#extents([], range, signal), limit);
  }

  async metadata(metric?: string): Promise<ReadonlyMap<string, readonly MetadataView[]>> {
    const all = this.#parts.metadata();
    if (metric === undefined) return all;
    const one = all.get(metric);
    return new Map(one === undefined ? [] : [[metric, one]]);
  }

  async rules(): Promise<readonly RuleGroupView[]> {
    return this.#parts.rules();
  }

  async targets(): Promise<readonly TargetView[]> {
    return this.#parts.targets();
  }

  async droppedTargets(): Promise<DroppedTargets> {
    return this.#parts.droppedTargets();
  }

  async targetMetadata(): Promise<readonly TargetMetadata[]> {
    return this.#parts.targetMetadata();
  }

  async scrapePools(): Promise<readonly string[]> {
    return this.#parts.scrapePools();
  }

  async #run(
    settings: QuerySettings,
    query: (engine: Engine, source: SeriesSource, options: QueryOptions) => Promise<QueryResult>,
  ): Promise<QueryAnswer> {
    const { lookbackMs, timeoutMs, stats = false } = settings;
    const began = performance.now();
    const engine = this.#engineFor(lookbackMs, timeoutMs);
    const source = new TimedSource(this.#parts.store);
    const result = await withinTime(timeoutMs, settings.signal, (signal) =>
      query(engine, source, signal === undefined ? {} : { signal }),
    ).catch((error: unknown) => {
      throw withRemedy(error, this.#parts.limits.samples);
    });
    const missing = this.#parts.missing?.(source.span) ?? [];
    return {
      ...result,
      warnings: [...firstOf(result.warnings, 'warning'), ...missing],
      infos: firstOf(result.infos, 'info'),
      ...(stats ? { cost: costOf(result.stats, source.waitedMs, performance.now() - began) } : {}),
    };
  }

  #engineFor(lookbackMs = LOOKBACK_MS, timeoutMs = Infinity): Engine {
    const { limits } = this.#parts;
    if (lookbackMs === LOOKBACK_MS && timeoutMs >= limits.timeoutMs) return this.#engine;
    return this.#newEngine(lookbackMs, Math.min(timeoutMs, limits.timeoutMs));
  }

  #newEngine(lookbackMs: Millis, timeoutMs: Millis): Engine {
    const { limits, subqueryStepMs } = this.#parts;
    return new Engine({ lookbackMs, subqueryStepMs, limits: { ...limits, timeoutMs } });
  }

  /** Every series that any of the lists matches and that has a sample in the range. */
  #extents(
    match: Matches,
    range: TimeRange,
    signal: AbortSignal | undefined,
  ): Promise<readonly SeriesExtent[]> {
    return eachOnce(match, (matchers) =>
      this.#parts.store.lookups.extents(matchers, range, signal),
    );
  }
}

/** What any of the lists of matchers finds, each series once. Without a list it is all there is. */
async function eachOnce<T extends { readonly labels: Labels }>(
  match: Matches,
  find: (matchers: readonly Matcher[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  if (match.length <= 1) return find(match[0] ?? []);
  const found = new Map<string, T>();
  for (const matchers of match)
    for (const one of await find(matchers)) found.set(labelsKey(one.labels), one);
  return [...found.values()];
}

async function sortedUnion(
  match: Matches,
  find: (matchers: readonly Matcher[]) => Promise<ReadonlySet<string>>,
): Promise<string[]> {
  const all = new Set<string>();
  for (const matchers of match.length === 0 ? [[]] : match)
    for (const text of await find(matchers)) all.add(text);
  return [...all].sort();
}

/** As many annotations of a kind as Prometheus sends, and how many more there are. */
function firstOf(texts: readonly string[], kind: string): readonly string[] {
  const more = texts.length - MOST_ANNOTATIONS;
  if (more <= 0) return texts;
  return [...texts.slice(0, MOST_ANNOTATIONS), `${more} more ${kind} annotations omitted`];
}

function withRemedy(error: unknown, maxSamples: number): unknown {
  if (!(error instanceof PromQLError) || error.code !== 'too_many_samples') return error;
  const remedy = `ask for fewer series or a shorter time, or raise query.max_samples (${maxSamples})`;
  return new PromQLError(error.code, `${error.message}: ${remedy}`);
}

/** Ends what takes longer with a `timeout` error: the engine looks at the clock itself, the store at a signal. */
async function withinTime<T>(
  timeoutMs: Millis | undefined,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (timeoutMs === undefined) return run(signal);
  if (timeoutMs <= 0) throw new PromQLError('timeout', 'query timed out before it began');
  const late = new AbortController();
  // Timers cannot be set for longer; the engine ends a query long before.
  const timer = setTimeout(() => late.abort(), Math.min(timeoutMs, 2 ** 31 - 1));
  try {
    return await run(signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (late.signal.aborted && signal?.aborted !== true)
      throw new PromQLError('timeout', 'query timed out in expression evaluation');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The newest sample at or before a moment, unless it is the mark that the series has ended. */
function lastBefore(
  { labels, times, values, stale, histograms }: SeriesColumns,
  moment: Millis,
): VectorSample[] {
  const i = times.findLastIndex((time) => time <= moment);
  if (i < 0 || times[i]! < moment - LOOKBACK_MS) return [];
  if (stale !== undefined && (stale[i >> 3]! & (1 << (i & 7))) !== 0) return [];
  const histogram = histograms?.[i];
  const sample = { labels, at: times[i]!, value: values[i]! };
  return [histogram === undefined ? sample : { ...sample, value: Number.NaN, histogram }];
}
