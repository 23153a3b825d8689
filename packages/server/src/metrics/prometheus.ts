import type { Labels, Matcher, Millis, VectorSample } from '@bellwether/promql';
import { labelsKey, PromQLError, quote } from '@bellwether/promql';
import { z } from 'zod';
import type { FoundExemplars } from '../store/exemplars/exemplar.ts';
import type { Cardinality } from './cardinality.ts';
import { PrometheusHttp, type PrometheusOptions } from './prometheus-http.ts';
import {
  alertingRuleSchema,
  cardinalitySchema,
  exemplarsSchema,
  labels,
  metadataSchema,
  queryCostSchema,
  queryDataSchema,
  recordingRuleSchema,
  ruleGroupsSchema,
  scrapePoolsSchema,
  targetMetadataSchema,
  targetsSchema,
} from './prometheus-schemas.ts';
import { valueOfData } from './prometheus-values.ts';
import type {
  DroppedTargets,
  MetadataView,
  MetricSource,
  QueryAnswer,
  QuerySettings,
  RuleGroupView,
  RuleView,
  StepRange,
  TargetMetadata,
  TargetView,
  TimeRange,
} from './source.ts';

export type { PrometheusOptions } from './prometheus-http.ts';

type Matches = readonly (readonly Matcher[])[];

/** PromQL answered by a Prometheus, VictoriaMetrics, Thanos or Mimir, which scrapes and evaluates rules itself. */
export class PrometheusMetricSource implements MetricSource {
  readonly #http: PrometheusHttp;

  constructor(options: PrometheusOptions) {
    this.#http = new PrometheusHttp(options);
  }

  instant(expr: string, at: Millis, settings: QuerySettings = {}): Promise<QueryAnswer> {
    return this.#query('query', { query: expr, time: seconds(at) }, settings);
  }

  range(
    expr: string,
    { start, end, step }: StepRange,
    settings: QuerySettings = {},
  ): Promise<QueryAnswer> {
    const times = { start: seconds(start), end: seconds(end), step: seconds(step) };
    return this.#query('query_range', { query: expr, ...times }, settings);
  }

  async series(match: Matches, range: TimeRange, signal?: AbortSignal): Promise<Labels[]> {
    const selectors = selectorsOf(match);
    return this.#list('series', z.array(labels), selectors, range, signal);
  }

  labels(match: Matches, range: TimeRange, signal?: AbortSignal): Promise<string[]> {
    return this.#list('labels', z.array(z.string()), match.map(selectorText), range, signal);
  }

  labelValues(
    name: string,
    match: Matches,
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<string[]> {
    const path = `label/${encodeURIComponent(name)}/values`;
    return this.#list(path, z.array(z.string()), match.map(selectorText), range, signal);
  }

  /** A range gives the samples' own times but shows no stale markers, an instant the reverse: so both are asked. */
  async latest(match: Matches, at: Millis, signal?: AbortSignal): Promise<VectorSample[]> {
    const found = new Map<string, VectorSample>();
    for (const selector of selectorsOf(match)) {
      const [current, samples] = await Promise.all([
        this.instant(selector, at, { signal }),
        this.instant(`${selector}[5m]`, at, { signal }),
      ]);
      if (current.value.type !== 'vector' || samples.value.type !== 'matrix') continue;
      const living = new Set(current.value.samples.map(({ labels }) => labelsKey(labels)));
      for (const { labels, times, values, histograms } of samples.value.series) {
        const key = labelsKey(labels);
        if (!living.has(key)) continue;
        const histogram = histograms?.at(-1);
        const sample = { labels, at: times.at(-1)!, value: values.at(-1)! };
        found.set(key, histogram === undefined ? sample : { ...sample, histogram });
      }
    }
    return [...found.values()];
  }

  async exemplars(match: Matches, range: TimeRange, signal?: AbortSignal): Promise<FoundExemplars> {
    const times = { start: seconds(range.from), end: seconds(range.to) };
    const query = match.map(selectorText).join(' or ');
    const { data } = await this.#http.get('query_exemplars', { query, ...times }, signal);
    return { series: exemplarsSchema.parse(data), truncated: false };
  }

  async cardinality(limit: number, signal?: AbortSignal): Promise<Cardinality> {
    // VictoriaMetrics has another name for it, and Prometheus before 2.49 none.
    const params = { limit: String(limit), topN: String(limit) };
    const all = cardinalitySchema.parse((await this.#http.get('status/tsdb', params, signal)).data);
    return {
      ...all,
      seriesByName: all.seriesByName.slice(0, limit),
      valuesByLabel: all.valuesByLabel.slice(0, limit),
      bytesByLabel: all.bytesByLabel.slice(0, limit),
      seriesByPair: all.seriesByPair.slice(0, limit),
    };
  }

  async metadata(metric?: string): Promise<ReadonlyMap<string, readonly MetadataView[]>> {
    const params = metric === undefined ? {} : { metric };
    const { data } = await this.#http.get('metadata', params);
    return new Map(Object.entries(metadataSchema.parse(data)));
  }

  async rules(): Promise<readonly RuleGroupView[]> {
    const { groups } = ruleGroupsSchema.parse((await this.#http.get('rules', {})).data);
    return groups.map(({ rules, ...group }) => ({ ...group, rules: rules.map(ruleView) }));
  }

  async targets(): Promise<readonly TargetView[]> {
    const { data } = await this.#http.get('targets', { state: 'active' });
    return targetsSchema.parse(data).activeTargets;
  }

  async droppedTargets(): Promise<DroppedTargets> {
    const { data } = await this.#http.get('targets', { state: 'dropped' });
    const { droppedTargets, droppedTargetCounts } = targetsSchema.parse(data);
    const counts = new Map(Object.entries(droppedTargetCounts ?? {}));
    // Prometheus before 2.48 tells no counts, as it keeps them all.
    if (droppedTargetCounts === undefined)
      for (const { job } of droppedTargets) counts.set(job, (counts.get(job) ?? 0) + 1);
    return { targets: droppedTargets, counts };
  }

  async targetMetadata(): Promise<readonly TargetMetadata[]> {
    const { data } = await this.#http.get('targets/metadata', {});
    const targets = new Map<string, { target: Labels; metadata: Map<string, MetadataView> }>();
    for (const { target, metric, ...about } of targetMetadataSchema.parse(data)) {
      const key = labelsKey(target);
      const known = targets.get(key) ?? { target, metadata: new Map<string, MetadataView>() };
      known.metadata.set(metric, about);
      targets.set(key, known);
    }
    return [...targets.values()];
  }

  async scrapePools(): Promise<readonly string[]> {
    try {
      return scrapePoolsSchema.parse((await this.#http.get('scrape_pools', {})).data).scrapePools;
    } catch (error) {
      if (!(error instanceof PromQLError) || error.code !== 'execution') throw error;
      // VictoriaMetrics has no such list, but its targets name their pools.
      return [...new Set((await this.targets()).map(({ job }) => job))];
    }
  }

  async #query(
    path: string,
    question: Readonly<Record<string, string>>,
    { signal, lookbackMs, timeoutMs, stats = false }: QuerySettings,
  ): Promise<QueryAnswer> {
    const began = performance.now();
    const params = {
      ...question,
      ...(lookbackMs === undefined ? {} : { lookback_delta: seconds(lookbackMs) }),
      ...(timeoutMs === undefined ? {} : { timeout: seconds(timeoutMs) }),
      ...(stats ? { stats: 'all' } : {}),
    };
    const { data, warnings = [], infos = [] } = await this.#http.get(path, params, signal);
    const value = valueOfData(queryDataSchema.parse(data));
    const elapsedMs = performance.now() - began;
    const unknown = Number.NaN;
    const answer = {
      value,
      warnings,
      infos,
      stats: {
        samplesRead: unknown,
        seriesRead: unknown,
        samplesTouched: unknown,
        peakSamples: unknown,
        elapsedMs,
        answerBytes: unknown,
      },
    };
    const cost = stats ? queryCostSchema.parse(data).stats : undefined;
    return cost === undefined ? answer : { ...answer, cost };
  }

  async #list<T>(
    path: string,
    schema: z.ZodType<T>,
    selectors: readonly string[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<T> {
    const params = [
      ...selectors.map((selector): [string, string] => ['match[]', selector]),
      ['start', seconds(range.from)] as [string, string],
      ['end', seconds(range.to)] as [string, string],
    ];
    return schema.parse((await this.#http.get(path, params, signal)).data);
  }
}

function seconds(ms: Millis): string {
  return String(ms / 1000);
}

/** Prometheus wants a selector that cannot match everything; a name is what every series has. */
function selectorsOf(match: Matches): string[] {
  return match.length === 0 ? ['{__name__!=""}'] : match.map(selectorText);
}

function selectorText(matchers: readonly Matcher[]): string {
  return `{${matchers.map(({ name, op, value }) => `${labelText(name)}${op}${quote(value)}`).join(',')}}`;
}

function labelText(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quote(name);
}

function ruleView(rule: unknown): RuleView {
  const recording = recordingRuleSchema.safeParse(rule);
  return recording.success ? recording.data : alertingRuleSchema.parse(rule);
}
