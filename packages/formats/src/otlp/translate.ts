import { formatValue, type Labels } from '@bellwether/promql';
import type { RecentCache } from '../bytes/recent-cache.ts';
import type { ReceiveLimits } from '../metrics/limits.ts';
import type { PushedMetricType, ReceivedSeries } from '../metrics/received.ts';
import type { SampleInput } from '../metrics/samples.ts';
import type { DeltaSession } from './delta-streams.ts';
import { LabelMaker, type SharedLabels } from './labels.ts';
import type {
  ExponentialPoint,
  HistogramPoint,
  Metric,
  NumberPoint,
  ResourceMetrics,
  SummaryPoint,
  Temporality,
} from './messages.ts';
import { metricName } from './names.ts';
import { type Native, nativeOfClassic, nativeOfExponential } from './native-histogram.ts';
import { SeriesBuilder, type Times, type Translated } from './series-builder.ts';
import type { OtlpSettings } from './settings.ts';
import { unitName } from './units.ts';

type AnyPoint = NumberPoint | HistogramPoint | ExponentialPoint | SummaryPoint;

/** A data point under its metric's name, with its labels. */
interface Named<P> {
  readonly point: P;
  readonly name: string;
  readonly labels: () => Labels;
  readonly key: string;
  readonly temporality: Temporality;
}

/**
 * Turns OTLP metrics into series as Prometheus' OTLP receiver does; deltas are summed up in `deltas`.
 * Source: prometheus/prometheus, storage/remote/otlptranslator; OpenTelemetry specification, "Prometheus and
 * OpenMetrics compatibility".
 * @param known Labels of earlier requests made with the same settings.
 * @throws RequestError 413 when there are more samples than one request may have.
 */
export function translate(
  resources: readonly ResourceMetrics[],
  settings: OtlpSettings,
  limits: ReceiveLimits,
  deltas: DeltaSession,
  known: RecentCache<Labels>,
): Translated {
  return new Translation(settings, limits, deltas, known).run(resources);
}

export function hasDeltas(resources: readonly ResourceMetrics[]): boolean {
  return resources.some(({ scopes }) =>
    scopes.some(({ metrics }) =>
      metrics.some(
        ({ data }) => data !== undefined && 'temporality' in data && data.temporality === 'delta',
      ),
    ),
  );
}

class Translation {
  readonly #settings: OtlpSettings;
  readonly #deltas: DeltaSession;
  readonly #labels: LabelMaker;
  readonly #out: SeriesBuilder;

  constructor(
    settings: OtlpSettings,
    limits: ReceiveLimits,
    deltas: DeltaSession,
    known: RecentCache<Labels>,
  ) {
    this.#settings = settings;
    this.#deltas = deltas;
    this.#labels = new LabelMaker(settings, limits);
    this.#out = new SeriesBuilder(limits, known);
  }

  run(resources: readonly ResourceMetrics[]): Translated {
    for (const { attributes, scopes } of resources) {
      const times = { first: Infinity, last: -Infinity };
      for (const { scope, metrics } of scopes) {
        const shared = this.#labels.shared(attributes, scope);
        for (const metric of metrics) this.#metric(metric, shared, times);
      }
      const info = this.#labels.targetInfo(attributes);
      if (info !== undefined) this.#out.targetInfo(info, times);
    }
    return this.#out.finish();
  }

  #metric(metric: Metric, shared: SharedLabels, times: Times): void {
    const { data, description: help, unit } = metric;
    const name = metricName(metric, this.#settings.translation_strategy);
    const problem = metricProblem(metric, name);
    if (data === undefined || name === undefined || problem !== undefined) {
      this.#refuse(metric, problem ?? '', data?.points.length ?? 0);
      return;
    }
    const temporality = 'temporality' in data ? data.temporality : 'cumulative';
    this.#out.describe(name, { type: metricType(data), help, unit: unitName(unit) });
    for (const point of data.points) {
      this.#out.nextPoint();
      const made = this.#labels.ofPoint(point.attributes, shared);
      if (made.problem !== undefined) {
        this.#refuse(metric, made.problem, 1);
      } else if (!(point.time > 0)) {
        this.#refuse(metric, 'a data point has no time', 1);
      } else {
        times.first = Math.min(times.first, point.time);
        times.last = Math.max(times.last, point.time);
        const named = { name, labels: made.labels, key: made.key, temporality };
        const wrong = this.#point(data.kind, point, named);
        if (wrong !== undefined) this.#refuse(metric, wrong, 1);
      }
    }
  }

  #refuse({ name }: Metric, reason: string, count: number): void {
    this.#out.refuse(`metric ${JSON.stringify(name)}: ${reason}`, count);
  }

  /** Gives what is wrong with a point. */
  #point(
    kind: NonNullable<Metric['data']>['kind'],
    point: AnyPoint,
    named: Omit<Named<AnyPoint>, 'point'>,
  ): string | undefined {
    switch (kind) {
      case 'gauge':
      case 'sum':
        return this.#number({ ...named, point: point as NumberPoint }, kind === 'sum');
      case 'histogram':
        return this.#settings.convert_histograms_to_nhcb
          ? this.#native(named, point as HistogramPoint, nativeOfClassic(point as HistogramPoint))
          : this.#classic({ ...named, point: point as HistogramPoint });
      case 'exponential':
        return this.#native(
          named,
          point as ExponentialPoint,
          nativeOfExponential(point as ExponentialPoint),
        );
      case 'summary':
        return this.#summary({ ...named, point: point as SummaryPoint });
    }
  }

  #number(named: Named<NumberPoint>, isSum: boolean): string | undefined {
    const { point } = named;
    if (point.noValue) {
      this.#out.add(named, named.name, { time: point.time, value: Number.NaN, stale: true });
      return undefined;
    }
    if (!point.hasValue) return 'a data point has no value';
    let { value, start } = point;
    if (named.temporality === 'delta') {
      const sum = this.#deltas.add(streamKey(named), point, {
        kind: 'number',
        value,
      });
      if (sum.problem !== undefined) return sum.problem;
      value = sum.value.value;
      start = sum.start;
    }
    const series = this.#out.add(named, named.name, { time: point.time, value });
    if (!isSum) return undefined;
    if (start > 0) this.#out.startsAt(series, start);
    this.#out.exemplars(series.labels, point.exemplars);
    return undefined;
  }

  #classic(named: Named<HistogramPoint>): string | undefined {
    const { point, name, temporality } = named;
    const problem = classicProblem(point);
    if (problem !== undefined) return problem;
    let { count, sum, counts, start } = point;
    if (temporality === 'delta' && !point.noValue) {
      const { bounds } = point;
      const delta = { kind: 'classic', count, sum, counts, bounds } as const;
      const total = this.#deltas.add(streamKey(named), point, delta);
      if (total.problem !== undefined) return total.problem;
      ({ count, sum, counts } = total.value);
      start = total.start;
    }
    const add = (suffix: string, value: number, le?: string): ReceivedSeries => {
      const sample = point.noValue
        ? { time: point.time, value: Number.NaN, stale: true }
        : { time: point.time, value };
      const extra: [string, string] | undefined = le === undefined ? undefined : ['le', le];
      const series = this.#out.add(named, name + suffix, sample, extra);
      if (start > 0 && !point.noValue) this.#out.startsAt(series, start);
      return series;
    };
    if (sum !== undefined) add('_sum', sum);
    add('_count', count);
    const buckets: Labels[] = [];
    let below = 0;
    for (const [i, bound] of point.bounds.entries()) {
      below += counts[i]!;
      buckets.push(add('_bucket', below, formatValue(bound)).labels);
    }
    buckets.push(add('_bucket', count, '+Inf').labels);
    for (const exemplar of point.exemplars) {
      const at = point.bounds.findIndex((bound) => exemplar.value <= bound);
      this.#out.exemplars(buckets.at(at)!, [exemplar]);
    }
    return undefined;
  }

  #native(
    named: Omit<Named<AnyPoint>, 'point'>,
    point: HistogramPoint | ExponentialPoint,
    native: Native,
  ): string | undefined {
    const { name, temporality } = named;
    const { time } = point;
    if (point.noValue) {
      this.#out.add(named, name, { time, value: Number.NaN, stale: true });
      return undefined;
    }
    if ('problem' in native) return native.problem;
    let histogram = native;
    let { start } = point;
    if (temporality === 'delta') {
      const sum = this.#deltas.add(streamKey(named), point, { kind: 'native', histogram });
      if (sum.problem !== undefined) return sum.problem;
      histogram = sum.value.histogram;
      start = sum.start;
    }
    const series = this.#out.add(named, name, { time, value: Number.NaN, histogram });
    if (start > 0) this.#out.startsAt(series, start);
    this.#out.exemplars(series.labels, point.exemplars);
    return undefined;
  }

  #summary(named: Named<SummaryPoint>): string | undefined {
    const { point, name } = named;
    const sample = (value: number): SampleInput =>
      point.noValue
        ? { time: point.time, value: Number.NaN, stale: true }
        : { time: point.time, value };
    for (const [suffix, value] of [
      ['_sum', point.sum],
      ['_count', point.count],
    ] as const) {
      const series = this.#out.add(named, name + suffix, sample(value));
      if (point.start > 0 && !point.noValue) this.#out.startsAt(series, point.start);
    }
    for (const { quantile, value } of point.quantiles)
      this.#out.add(named, name, sample(value), ['quantile', formatValue(quantile)]);
    return undefined;
  }
}

/** A text that only deltas of one series have. */
function streamKey({ name, key }: { readonly name: string; readonly key: string }): string {
  return `${name.length}:${name}${key}`;
}

function metricProblem({ data }: Metric, name: string | undefined): string | undefined {
  if (data === undefined) return 'it has no data of a known kind';
  if (name === undefined) return 'its name leaves nothing';
  if ('temporality' in data && data.temporality === 'unspecified')
    return 'it does not say its aggregation temporality';
  return undefined;
}

function metricType(data: NonNullable<Metric['data']>): PushedMetricType {
  if (data.kind === 'sum') return data.monotonic ? 'counter' : 'gauge';
  return data.kind === 'exponential' ? 'histogram' : data.kind;
}

function classicProblem({ counts, bounds, count }: HistogramPoint): string | undefined {
  const none = counts.length === 0 && bounds.length === 0;
  if (!none && counts.length !== bounds.length + 1)
    return `it has ${bounds.length} bounds and ${counts.length} buckets: one more is needed`;
  for (let i = 1; i < bounds.length; i++)
    if (!(bounds[i]! > bounds[i - 1]!)) return 'its bounds do not ascend';
  if (!(count >= 0) || counts.some((one) => !(one >= 0))) return 'it counts less than nothing';
  return undefined;
}
