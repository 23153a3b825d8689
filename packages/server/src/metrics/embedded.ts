import {
  Engine,
  type Labels,
  type Millis,
  type QueryOptions,
  type QueryResult,
  type SeriesColumns,
  type SeriesSource,
  Slices,
  sortedByLabels,
  type VectorSample,
} from '@bellwether/promql';
import type { FoundExemplars } from '../store/exemplars/exemplar.ts';
import type { MetricStore } from '../store/metrics/metric-store.ts';
import type { SeriesExtent } from '../store/metrics/series-extent.ts';
import { type Cardinality, cardinalityOf } from './cardinality.ts';
import { eachOnce, type Matches, sortedUnion } from './each-once.ts';
import { costOf, TimedSource } from './query-cost.ts';
import { withRemedy } from './query-remedy.ts';
import { type QueryLimits, QueryRoom } from './query-room.ts';
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
import { withinTime } from './within-time.ts';

/** As long as a sample stays current unless a query says otherwise; the engine's default too. */
const LOOKBACK_MS = 300_000;

const MOST_ANNOTATIONS = 10;

export interface EmbeddedParts {
  readonly store: Pick<MetricStore, 'select' | 'lookups'>;
  /** How much of the past is in memory. */
  readonly headMs: Millis;
  /** The step of subqueries that name none. */
  readonly subqueryStepMs: () => Millis;
  /** Of one query, and of all that clients ask at the same time. */
  readonly limits: QueryLimits;
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
  readonly #rooms: Readonly<Record<NonNullable<QuerySettings['room']>, QueryRoom>>;

  constructor(parts: EmbeddedParts) {
    this.#parts = parts;
    this.#engine = this.#newEngine(LOOKBACK_MS, parts.limits.timeoutMs);
    const { concurrency, totalBytes, bytes } = parts.limits;
    this.#rooms = {
      clients: new QueryRoom({ concurrency, totalBytes }),
      rules: new QueryRoom({ concurrency, totalBytes: bytes }),
    };
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
    return (await sortedByLabels(found, new Slices())).map(({ labels }) => labels);
  }

  labels(match: Matches, range: TimeRange, signal?: AbortSignal): Promise<string[]> {
    return this.#within(signal, (ended) =>
      sortedUnion(
        match,
        (matchers) => this.#parts.store.lookups.labelNames(matchers, range, ended),
        ended,
      ),
    );
  }

  labelValues(
    name: string,
    match: Matches,
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<string[]> {
    return this.#within(signal, (ended) =>
      sortedUnion(
        match,
        (matchers) => this.#parts.store.lookups.labelValues(name, matchers, range, ended),
        ended,
      ),
    );
  }

  async latest(match: Matches, at: Millis, signal?: AbortSignal): Promise<VectorSample[]> {
    const range = { from: at - LOOKBACK_MS, to: at };
    const hints = { step: 0, range: 0, maxSamples: this.#parts.limits.samples };
    const found = await this.#within(signal, (ended) =>
      eachOnce(match, (matchers) => this.#parts.store.select(matchers, range, hints, ended), ended),
    );
    const samples: VectorSample[] = [];
    const slices = new Slices();
    for (const series of found) {
      const sample = lastBefore(series, at);
      if (sample !== undefined) samples.push(sample);
      if (slices.dueAfter(8)) await slices.pause();
    }
    return samples;
  }

  exemplars(match: Matches, range: TimeRange, signal?: AbortSignal): Promise<FoundExemplars> {
    return this.#within(signal, (ended) => this.#parts.exemplars.select(match, range, ended));
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
    const { lookbackMs, timeoutMs = Infinity, stats = false, lasting = false } = settings;
    const { limits } = this.#parts;
    const room = this.#rooms[settings.room ?? 'clients'];
    const began = performance.now();
    const engine = this.#engineFor(lookbackMs, timeoutMs);
    const source = new TimedSource(this.#parts.store);
    let queuedMs = 0;
    const result = await withinTime(
      Math.min(timeoutMs, limits.timeoutMs),
      settings.signal,
      async (signal) => {
        const { leave, waitedMs } = await room.enter(signal);
        queuedMs = waitedMs;
        try {
          return await query(engine, source, { signal, memory: room.memory });
        } finally {
          leave();
        }
      },
    ).catch((error: unknown) => {
      throw withRemedy(error, limits);
    });
    const missing = this.#parts.missing?.(source.span) ?? [];
    const totalMs = performance.now() - began;
    const times = { waitedMs: source.waitedMs, queuedMs, totalMs };
    return {
      ...result,
      warnings: [...firstOf(result.warnings, 'warning'), ...missing],
      infos: firstOf(result.infos, 'info'),
      ...(stats ? { cost: costOf(result.stats, times) } : {}),
      ...(lasting ? { release: room.keep(result.stats.answerBytes) } : {}),
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
    return this.#within(signal, (ended) =>
      eachOnce(
        match,
        (matchers) => this.#parts.store.lookups.extents(matchers, range, ended),
        ended,
      ),
    );
  }

  /** What is no query keeps to the time of one too. */
  #within<T>(signal: AbortSignal | undefined, run: (ended: AbortSignal) => Promise<T>): Promise<T> {
    return withinTime(this.#parts.limits.timeoutMs, signal, run);
  }
}

/** As many annotations of a kind as Prometheus sends, and how many more there are. */
function firstOf(texts: readonly string[], kind: string): readonly string[] {
  const more = texts.length - MOST_ANNOTATIONS;
  if (more <= 0) return texts;
  return [...texts.slice(0, MOST_ANNOTATIONS), `${more} more ${kind} annotations omitted`];
}

/** The newest sample at or before a moment, unless it is the mark that the series has ended. */
function lastBefore(
  { labels, times, values, stale, histograms }: SeriesColumns,
  moment: Millis,
): VectorSample | undefined {
  const i = times.findLastIndex((time) => time <= moment);
  if (i < 0 || times[i]! < moment - LOOKBACK_MS) return undefined;
  if (stale !== undefined && (stale[i >> 3]! & (1 << (i & 7))) !== 0) return undefined;
  const histogram = histograms?.[i];
  const sample = { labels, at: times[i]!, value: values[i]! };
  return histogram === undefined ? sample : { ...sample, value: Number.NaN, histogram };
}
