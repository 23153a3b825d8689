import {
  type Labels,
  type Matcher,
  type MatrixSeries,
  type Millis,
  PromQLError,
  type QueryResult,
  quote,
  type Value,
  type VectorSample,
} from '@bellwether/promql';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { histogramOf } from './prometheus-histogram.ts';
import {
  alertingRuleSchema,
  type Envelope,
  envelopeSchema,
  metadataSchema,
  queryDataSchema,
  recordingRuleSchema,
  ruleGroupsSchema,
  targetsSchema,
} from './prometheus-schemas.ts';
import type {
  MetadataView,
  MetricSource,
  RuleGroupView,
  RuleView,
  StepRange,
  TargetView,
  TimeRange,
} from './source.ts';

export interface PrometheusOptions {
  /** Address of any engine that answers Prometheus' HTTP API, without `/api/v1`. */
  readonly url: string;
  /** Sent with every request, for authorization or a tenant. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: Millis;
}

/**
 * PromQL answered by a Prometheus, VictoriaMetrics, Thanos or Mimir, which scrapes and evaluates rules itself.
 * Its refusals become the same `PromQLError`s our own engine throws; that it cannot be reached is an `execution` error.
 */
export class PrometheusMetricSource implements MetricSource {
  readonly #options: PrometheusOptions;

  constructor(options: PrometheusOptions) {
    this.#options = options;
  }

  instant(expr: string, at: Millis, signal?: AbortSignal): Promise<QueryResult> {
    return this.#query('query', { query: expr, time: seconds(at) }, signal);
  }

  range(expr: string, { start, end, step }: StepRange, signal?: AbortSignal): Promise<QueryResult> {
    const times = { start: seconds(start), end: seconds(end), step: seconds(step) };
    return this.#query('query_range', { query: expr, ...times }, signal);
  }

  async series(
    match: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<Labels[]> {
    // Prometheus wants a selector that cannot match everything; a name is what every series has.
    const selectors = match.length === 0 ? ['{__name__!=""}'] : match.map(selectorText);
    return this.#list(
      'series',
      z.array(z.record(z.string(), z.string())),
      selectors,
      range,
      signal,
    );
  }

  labels(
    match: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<string[]> {
    return this.#list('labels', z.array(z.string()), match.map(selectorText), range, signal);
  }

  labelValues(
    name: string,
    match: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<string[]> {
    const path = `label/${encodeURIComponent(name)}/values`;
    return this.#list(path, z.array(z.string()), match.map(selectorText), range, signal);
  }

  async metadata(metric?: string): Promise<ReadonlyMap<string, readonly MetadataView[]>> {
    const params = metric === undefined ? {} : { metric };
    return new Map(
      Object.entries(metadataSchema.parse((await this.#get('metadata', params)).data)),
    );
  }

  async rules(): Promise<readonly RuleGroupView[]> {
    const { groups } = ruleGroupsSchema.parse((await this.#get('rules', {})).data);
    return groups.map(({ rules, ...group }) => ({ ...group, rules: rules.map(ruleView) }));
  }

  async targets(): Promise<readonly TargetView[]> {
    return targetsSchema.parse((await this.#get('targets', { state: 'active' })).data)
      .activeTargets;
  }

  async #query(
    path: string,
    params: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<QueryResult> {
    const began = performance.now();
    const { data, warnings = [], infos = [] } = await this.#get(path, params, signal);
    const value = valueOfData(queryDataSchema.parse(data));
    const stats = { samplesRead: 0, seriesRead: 0, elapsedMs: performance.now() - began };
    return { value, warnings, infos, stats };
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
    return schema.parse((await this.#get(path, params, signal)).data);
  }

  async #get(
    path: string,
    params: Record<string, string> | [string, string][],
    signal?: AbortSignal,
  ): Promise<Envelope> {
    const { url, headers, timeoutMs } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    let body: unknown;
    try {
      const address = `${url.replace(/\/$/, '')}/api/v1/${path}?${new URLSearchParams(params)}`;
      const response = await fetch(address, {
        ...(headers === undefined ? {} : { headers }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      body = await response.json();
    } catch (error) {
      if (signal?.aborted === true) throw new PromQLError('canceled', 'query was canceled');
      if (timeout.aborted)
        throw new PromQLError('timeout', `${url} did not answer within ${timeoutMs / 1000} s`);
      throw new PromQLError('execution', `${url} cannot be asked: ${messageOf(error)}`);
    }
    const envelope = envelopeSchema.parse(body);
    if (envelope.status === 'success') return envelope;
    throw new PromQLError(
      CODES[envelope.errorType ?? ''] ?? 'execution',
      envelope.error ?? 'no reason given',
    );
  }
}

const CODES: Readonly<Record<string, PromQLError['code']>> = {
  bad_data: 'parse',
  // VictoriaMetrics answers the number of the HTTP code.
  '400': 'parse',
  '422': 'parse',
  timeout: 'timeout',
  canceled: 'canceled',
};

function seconds(ms: Millis): string {
  return String(ms / 1000);
}

function selectorText(matchers: readonly Matcher[]): string {
  return `{${matchers.map(({ name, op, value }) => `${labelText(name)}${op}${quote(value)}`).join(',')}}`;
}

function labelText(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quote(name);
}

function valueOfData(data: z.output<typeof queryDataSchema>): Value {
  switch (data.resultType) {
    case 'scalar':
      return { type: 'scalar', at: data.result[0], value: data.result[1] };
    case 'string':
      return { type: 'string', at: data.result[0], value: data.result[1] };
    case 'vector':
      return {
        type: 'vector',
        samples: data.result.map(
          ({ metric, value, histogram }): VectorSample =>
            histogram === undefined
              ? { labels: metric, at: value![0], value: value![1] }
              : {
                  labels: metric,
                  at: histogram[0],
                  value: Number.NaN,
                  histogram: histogramOf(histogram[1]),
                },
        ),
      };
    case 'matrix':
      return { type: 'matrix', series: data.result.map(matrixSeries) };
  }
}

type MatrixRow = Extract<
  z.output<typeof queryDataSchema>,
  { resultType: 'matrix' }
>['result'][number];

function matrixSeries({ metric, values = [], histograms = [] }: MatrixRow): MatrixSeries {
  if (histograms.length === 0)
    return {
      labels: metric,
      times: Float64Array.from(values, ([at]) => at),
      values: Float64Array.from(values, ([, value]) => value),
    };
  const all = [
    ...values.map(([at, value]) => ({ at, value, histogram: undefined })),
    ...histograms.map(([at, json]) => ({ at, value: Number.NaN, histogram: histogramOf(json) })),
  ].sort((a, b) => a.at - b.at);
  return {
    labels: metric,
    times: Float64Array.from(all, ({ at }) => at),
    values: Float64Array.from(all, ({ value }) => value),
    histograms: all.map(({ histogram }) => histogram),
  };
}

function ruleView(rule: unknown): RuleView {
  const recording = recordingRuleSchema.safeParse(rule);
  return recording.success ? recording.data : alertingRuleSchema.parse(rule);
}
