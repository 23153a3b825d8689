import { histogramToJson } from '../histogram/json.ts';
import { ByteWriter } from '../text/byte-writer.ts';
import type { Millis } from '../text/duration.ts';
import { formatSample, formatValue } from '../text/number.ts';
import type { MatrixSeries, Value, VectorSample } from './value.ts';

/** Pieces have about this many bytes; a piece holds at least one series. */
const PIECE_BYTES = 256 * 1024;
/** Fewer samples are not worth preparing what stands before them. */
const FEW_SAMPLES = 16;

/**
 * A value as the `data` object of Prometheus' HTTP API, `{"resultType":…,"result":…}`: UTF-8 bytes in
 * pieces to be written one after the other, so that no answer has to be held twice.
 *
 * @param members JSON of further members of the object, like `"stats":{}`
 */
export function* valueToJson(value: Value, members: string = ''): Generator<Uint8Array> {
  const writer = new ByteWriter();
  writer.text(`{"resultType":"${value.type}","result":`);
  switch (value.type) {
    case 'scalar':
      writer.text(`[${seconds(value.at)},"${formatValue(value.value)}"]`);
      break;
    case 'string':
      writer.text(`[${seconds(value.at)},${JSON.stringify(value.value)}]`);
      break;
    case 'vector':
      yield* list(writer, value.samples, (sample) => writer.text(sampleToJson(sample)));
      break;
    case 'matrix': {
      const prefixes = new TimePrefixes();
      yield* list(writer, value.series, (series) => writeSeries(writer, series, prefixes));
    }
  }
  writer.text(members === '' ? '}' : `,${members}}`);
  yield writer.take();
}

function* list<T>(
  writer: ByteWriter,
  items: readonly T[],
  write: (item: T) => void,
): Generator<Uint8Array> {
  writer.text('[');
  let first = true;
  for (const item of items) {
    if (!first) writer.text(',');
    first = false;
    write(item);
    if (writer.length >= PIECE_BYTES) yield writer.take();
  }
  writer.text(']');
}

function sampleToJson(sample: VectorSample): string {
  const metric = JSON.stringify(sample.labels);
  if (sample.histogram !== undefined) {
    const histogram = JSON.stringify(histogramToJson(sample.histogram));
    return `{"metric":${metric},"histogram":[${seconds(sample.at)},${histogram}]}`;
  }
  return `{"metric":${metric},"value":[${seconds(sample.at)},"${formatSample(sample.value)}"]}`;
}

function writeSeries(writer: ByteWriter, series: MatrixSeries, prefixes: TimePrefixes): void {
  const { times, values, histograms } = series;
  const metric = JSON.stringify(series.labels);
  if (histograms === undefined) {
    writer.text(`{"metric":${metric},"values":[`);
    if (times.length < FEW_SAMPLES) {
      for (let i = 0; i < times.length; i++)
        writer.text(`${i === 0 ? '' : ','}${prefixes.at(times[i]!)}${formatSample(values[i]!)}"]`);
      writer.text(']}');
      return;
    }
    prefixes.of(times);
    writer.samples(values, prefixes.bytes, prefixes.ends);
    writer.text(']}');
    return;
  }
  const floatParts: string[] = [];
  const histogramParts: string[] = [];
  for (let i = 0; i < times.length; i++) {
    const histogram = histograms[i];
    const at = seconds(times[i]!);
    if (histogram === undefined) floatParts.push(`[${at},"${formatSample(values[i]!)}"]`);
    else histogramParts.push(`[${at},${JSON.stringify(histogramToJson(histogram))}]`);
  }
  const ofFloats = floatParts.length === 0 ? '' : `,"values":[${floatParts.join(',')}]`;
  writer.text(`{"metric":${metric}${ofFloats},"histograms":[${histogramParts.join(',')}]}`);
}

/** Series of a range result share their times; what stands before each value is then printed once. */
class TimePrefixes {
  #times: Float64Array | undefined;
  bytes: Uint8Array = new Uint8Array(0);
  ends = new Int32Array(0);

  readonly #texts = new Map<Millis, string>();

  /** What stands before a value of this time. Many series have their samples at the same few times. */
  at(ms: Millis): string {
    let text = this.#texts.get(ms);
    if (text === undefined) {
      text = `[${seconds(ms)},"`;
      this.#texts.set(ms, text);
    }
    return text;
  }

  of(times: Float64Array): void {
    if (times === this.#times) return;
    this.#times = times;
    const writer = new ByteWriter();
    this.ends = new Int32Array(times.length);
    for (let i = 0; i < times.length; i++) {
      writer.text(`${i === 0 ? '' : ','}${this.at(times[i]!)}`);
      this.ends[i] = writer.length;
    }
    this.bytes = writer.take();
  }
}

function seconds(ms: Millis): string {
  return String(ms / 1000);
}
