import { compactHistogram, type FloatHistogram, formatShort } from '@bellwether/promql';
import { ProtoReader, unreadable } from '../bytes/proto-reader.ts';
import { type Steps, toEnd } from '../bytes/steps.ts';
import { sideBuckets } from '../metrics/histogram-buckets.ts';
import { asKept, histogramProblem } from '../metrics/histogram-problem.ts';
import {
  addRow,
  type Exposition,
  emptyExposition,
  type MetricMetadata,
  malformed,
  metadataOf,
} from './exposition.ts';
import { ExpositionError } from './exposition-error.ts';
import type { ExemplarMessage } from './protobuf-exemplar.ts';
import type { HistogramMessage } from './protobuf-histogram.ts';
import {
  type FamilyMessage,
  type MetricMessage,
  readFamily,
  readMetric,
} from './protobuf-message.ts';
import {
  labelsText,
  parseLabels,
  parseSeriesText,
  SeriesTextError,
  seriesText,
  withoutEmpty,
} from './series-text.ts';

/** Which faces of a histogram are taken, where a target shows both. */
export interface HistogramFaces {
  /** Native histograms as such; otherwise a histogram is its classic series. */
  readonly native: boolean;
  /** Also the classic series of a histogram that is taken as native. */
  readonly classicToo: boolean;
}

const HINT =
  'The target must answer in protobuf, io.prometheus.client.MetricFamily, each with its length before it; leave PrometheusProto out of scrape_protocols to ask for text.';

const GO_LARGE_EXPONENT = 6;
/** Metrics that are read in a step. */
const STEP = 16;

/** `MetricType` by number. */
const TYPES: readonly MetricMetadata['type'][] = [
  'counter',
  'gauge',
  'summary',
  'unknown',
  'histogram',
  'gaugehistogram',
];

/**
 * Parses Prometheus' protobuf exposition, all of it or nothing, into the columns that the text formats yield too: a
 * histogram or summary becomes the series it would be in text, a native histogram one row. Bounds and quantiles are
 * written as in OpenMetrics, `1.0`. Created timestamps are passed over, as Prometheus does.
 * Source: prometheus.io, "Exposition formats" and "Native Histograms", section "Exposition format".
 * @param known Tells whether a series text was parsed before; unknown ones are checked here.
 * @throws ExpositionError with the byte and what is wrong with it.
 */
export function parseProtobuf(
  bytes: Uint8Array,
  known: (series: string) => boolean,
  faces: HistogramFaces,
): Exposition {
  return toEnd(protobufSteps(bytes, known, faces));
}

/** The same in steps. */
export function* protobufSteps(
  bytes: Uint8Array,
  known: (series: string) => boolean,
  faces: HistogramFaces,
): Steps<Exposition> {
  const rows = new Rows(known, faces);
  const reader = new ProtoReader(bytes);
  const end = bytes.length;
  let at = 0;
  try {
    while (reader.pos < end) {
      at = reader.pos;
      const family = yield* readFamily(reader, end);
      const next = reader.pos;
      for (let i = 0; i < family.metrics.length; i++) {
        at = reader.pos = family.metrics[i]!;
        const metric = readMetric(reader, next);
        if (reader.invalidText) throw wrong('a text is not valid UTF-8');
        rows.add(family, metric);
        if (i % STEP === 0) yield;
      }
      reader.pos = next;
    }
    reader.leave(end);
  } catch (error) {
    if (error instanceof ExpositionError) throw error;
    throw malformed(
      error instanceof SeriesTextError
        ? `byte ${at}: ${error.message}`
        : unreadable(reader, error).message,
      HINT,
    );
  }
  return rows.out;
}

/** Thrown as `SeriesTextError`, whose column means nothing here: the caller knows the byte. */
function wrong(what: string): SeriesTextError {
  return new SeriesTextError(what, 0);
}

class Rows {
  readonly out = emptyExposition();
  readonly #known: (series: string) => boolean;
  readonly #faces: HistogramFaces;

  constructor(known: (series: string) => boolean, faces: HistogramFaces) {
    this.#known = known;
    this.#faces = faces;
  }

  add(family: FamilyMessage, metric: MetricMessage): void {
    const { name, help, unit } = family;
    if (name === '') throw wrong('a metric family has no name');
    const type = TYPES[family.type];
    if (type === undefined) throw wrong(`${name} is of type ${family.type}, which there is not`);
    Object.assign(metadataOf(this.out, name), { type, help, unit });
    const labels = labelsText(metric.labels);
    switch (type) {
      case 'counter':
      case 'gauge':
      case 'unknown': {
        const key = type === 'unknown' ? 'untyped' : type;
        const { value, exemplar } = metric[key] ?? missing(name, key);
        this.#push(name, labels, metric.time, value, exemplar);
        return;
      }
      case 'summary':
        this.#summary(name, labels, metric);
        return;
      default: {
        const histogram = metric.histogram ?? missing(name, 'histogram');
        const native = this.#faces.native && isNative(histogram);
        if (native) this.#native(name, labels, metric.time, histogram, type === 'gaugehistogram');
        if (!native || (this.#faces.classicToo && histogram.buckets.length > 0))
          this.#classic(name, labels, metric.time, histogram);
      }
    }
  }

  #summary(name: string, labels: string, metric: MetricMessage): void {
    const { count, sum, quantiles } = metric.summary ?? missing(name, 'summary');
    for (const { quantile, value } of quantiles)
      this.#push(name, withLabel(labels, 'quantile', quantile), metric.time, value);
    this.#push(`${name}_sum`, labels, metric.time, sum);
    this.#push(`${name}_count`, labels, metric.time, count);
  }

  #classic(name: string, labels: string, time: number, h: HistogramMessage): void {
    const count = h.countFloat > 0 ? h.countFloat : h.count;
    for (const { upperBound, count: below, exemplar } of h.buckets)
      this.#push(`${name}_bucket`, withLabel(labels, 'le', upperBound), time, below, exemplar);
    if (!h.buckets.some(({ upperBound }) => upperBound === Infinity))
      this.#push(`${name}_bucket`, withLabel(labels, 'le', Infinity), time, count);
    this.#push(`${name}_sum`, labels, time, h.sum);
    this.#push(`${name}_count`, labels, time, count);
  }

  /** Exemplars of native histograms need a time; those of the classic buckets stand in where there are no others. */
  #native(name: string, labels: string, time: number, h: HistogramMessage, gauge: boolean): void {
    const row = this.#push(name, labels, time, Number.NaN);
    this.out.histograms.set(row, nativeHistogram(name, h, gauge));
    const exemplars = h.exemplars.length > 0 ? h.exemplars : h.buckets.map((b) => b.exemplar);
    for (const one of exemplars)
      if (one !== undefined && !Number.isNaN(one.time)) this.#exemplar(row, one);
  }

  #push(
    name: string,
    labels: string,
    time: number,
    value: number,
    exemplar?: ExemplarMessage,
  ): number {
    const series = seriesText(name, labels);
    if (!this.#known(series)) checkSeries(series);
    const row = addRow(this.out, series, value, time);
    if (exemplar !== undefined) this.#exemplar(row, exemplar);
    return row;
  }

  #exemplar(row: number, { labels, value, time }: ExemplarMessage): void {
    const parsed = withoutEmpty(parseLabels(`{${labelsText(labels)}}`));
    this.out.exemplars.push({ row, labels: parsed, value, time });
  }
}

function checkSeries(series: string): void {
  try {
    parseSeriesText(series);
  } catch (error) {
    if (!(error instanceof SeriesTextError)) throw error;
    throw wrong(`${error.message}: ${series.slice(0, 120)}`);
  }
}

function missing(name: string, key: string): never {
  throw wrong(`${name} has no ${key}, as its type says it should`);
}

/** Histograms that have no bucket and no zero bucket are taken as classic; targets say otherwise by an empty span. */
function isNative({ positive, negative, zeroThreshold, zeroCount }: HistogramMessage): boolean {
  return (
    positive.spans.length > 0 || negative.spans.length > 0 || zeroThreshold > 0 || zeroCount > 0
  );
}

function nativeHistogram(name: string, h: HistogramMessage, gauge: boolean): FloatHistogram {
  const float = h.countFloat > 0 || h.zeroCountFloat > 0;
  const [positive, negative] = [h.positive, h.negative].map((side) => {
    const buckets = sideBuckets(side, float);
    if (typeof buckets === 'string') throw wrong(`the native histogram ${name}: ${buckets}`);
    return buckets;
  });
  const histogram: FloatHistogram = {
    schema: h.schema,
    count: float ? h.countFloat : h.count,
    sum: h.sum,
    zeroThreshold: h.zeroThreshold,
    zeroCount: float ? h.zeroCountFloat : h.zeroCount,
    positive: positive!,
    negative: negative!,
    customValues: [],
    hint: gauge ? 'gauge' : 'unknown',
  };
  const problem = histogramProblem(histogram, !float);
  if (problem !== undefined) throw wrong(`the native histogram ${name}: ${problem}`);
  return compactHistogram(asKept(histogram));
}

function withLabel(labels: string, name: string, bound: number): string {
  const label = `${name}="${openMetricsNumber(bound)}"`;
  return labels === '' ? label : `${labels},${label}`;
}

/** As Go's `%g` with a point or an exponent. Source: OpenMetrics 1.0.0, "Considerations: Canonical Numbers". */
function openMetricsNumber(value: number): string {
  const text = formatShort(value, GO_LARGE_EXPONENT);
  return Number.isFinite(value) && !/[.e]/.test(text) ? `${text}.0` : text;
}
