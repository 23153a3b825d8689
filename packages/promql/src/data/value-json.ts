import { histogramToJson } from '../histogram/json.ts';
import type { Millis } from '../text/duration.ts';
import { formatValue } from '../text/number.ts';
import type { MatrixSeries, Value, VectorSample } from './value.ts';

/**
 * A value as the `data` object of Prometheus' HTTP API: `{"resultType":…,"result":…}`, in pieces to be
 * written one after the other, so that a large matrix needs no one string of its size.
 */
export function* valueToJson(value: Value): Generator<string> {
  yield `{"resultType":"${value.type}","result":`;
  switch (value.type) {
    case 'scalar':
      yield `[${seconds(value.at)},"${formatValue(value.value)}"]`;
      break;
    case 'string':
      yield `[${seconds(value.at)},${JSON.stringify(value.value)}]`;
      break;
    case 'vector':
      yield* list(value.samples, sampleToJson);
      break;
    case 'matrix': {
      const prefixes = new TimePrefixes();
      yield* list(value.series, (series) => seriesToJson(series, prefixes));
    }
  }
  yield '}';
}

function* list<T>(items: readonly T[], print: (item: T) => string): Generator<string> {
  let before = '[';
  for (const item of items) {
    yield before + print(item);
    before = ',';
  }
  yield items.length === 0 ? '[]' : ']';
}

function sampleToJson(sample: VectorSample): string {
  const metric = JSON.stringify(sample.labels);
  if (sample.histogram !== undefined) {
    const histogram = JSON.stringify(histogramToJson(sample.histogram));
    return `{"metric":${metric},"histogram":[${seconds(sample.at)},${histogram}]}`;
  }
  return `{"metric":${metric},"value":[${seconds(sample.at)},"${formatValue(sample.value)}"]}`;
}

function seriesToJson(series: MatrixSeries, prefixes: TimePrefixes): string {
  const { times, values, histograms } = series;
  const metric = JSON.stringify(series.labels);
  if (histograms === undefined)
    return `{"metric":${metric},"values":[${floats(times, values, prefixes)}]}`;
  const floatParts: string[] = [];
  const histogramParts: string[] = [];
  for (let i = 0; i < times.length; i++) {
    const histogram = histograms[i];
    if (histogram === undefined)
      floatParts.push(`[${seconds(times[i]!)},"${formatValue(values[i]!)}"]`);
    else
      histogramParts.push(`[${seconds(times[i]!)},${JSON.stringify(histogramToJson(histogram))}]`);
  }
  const ofFloats = floatParts.length === 0 ? '' : `,"values":[${floatParts.join(',')}]`;
  return `{"metric":${metric}${ofFloats},"histograms":[${histogramParts.join(',')}]}`;
}

function floats(times: Float64Array, values: Float64Array, prefixes: TimePrefixes): string {
  const starts = prefixes.of(times);
  let text = '';
  for (let i = 0; i < values.length; i++) text += `${starts[i]!}${formatValue(values[i]!)}"]`;
  return text;
}

/** Series of a range result share their times; what stands before each value is then printed once. */
class TimePrefixes {
  #times: Float64Array | undefined;
  #prefixes: string[] = [];

  of(times: Float64Array): readonly string[] {
    if (times !== this.#times) {
      this.#times = times;
      this.#prefixes = Array.from(times, (ms, i) => `${i === 0 ? '' : ','}[${seconds(ms)},"`);
    }
    return this.#prefixes;
  }
}

function seconds(ms: Millis): string {
  return String(ms / 1000);
}
