import type { Labels, Millis } from '@bellwether/promql';
import { messageSteps, type ProtoReader } from '../bytes/proto-reader.ts';
import { RequestError } from '../bytes/request-error.ts';
import { type Steps, toEnd } from '../bytes/steps.ts';
import type { ReceiveLimits } from '../metrics/limits.ts';
import { type PushedMetadata, sortSamples } from '../metrics/received.ts';
import type { SampleInput } from '../metrics/samples.ts';
import { type CheckedLabels, checkLabels } from './check-labels.ts';
import { readHistogram } from './histogram-message.ts';
import {
  addMetadata,
  emptyRequest,
  metricType,
  readSample,
  type WriteRequest,
} from './messages.ts';
import type { SymbolCache } from './symbol-cache.ts';

/** The strings of a request, to which everything in it refers by number. */
interface Symbols {
  readonly texts: string[];
  /** The number of each in the cache. */
  readonly numbers: number[];
  /** Numbers of those that are not valid UTF-8. */
  readonly invalid: Set<number>;
}

/** Symbols and series that are read in a step. */
const [SYMBOLS_A_STEP, SERIES_A_STEP] = [512, 32];

/**
 * Reads `io.prometheus.write.v2.Request`, the message of remote write 2.0. Series whose labels are wrong are refused,
 * the others are taken. The start of a series is read from where release candidates 1 to 4 have it, and later ones.
 * Source: prometheus.io, "Remote-Write 2.0 specification"; prometheus/prometheus, prompb/io/prometheus/write/v2.
 * @throws RequestError 400 or 413
 */
export function readWriteRequestV2(
  bytes: Uint8Array,
  limits: ReceiveLimits,
  cache: SymbolCache,
): WriteRequest {
  return toEnd(writeRequestV2Steps(bytes, limits, cache));
}

/** The same in steps. Requests that share a cache are read one after the other, as it numbers their symbols. */
export function* writeRequestV2Steps(
  bytes: Uint8Array,
  limits: ReceiveLimits,
  cache: SymbolCache,
): Steps<WriteRequest> {
  const read = function* (reader: ProtoReader, end: number): Steps<WriteRequest> {
    cache.makeRoom();
    const request = emptyRequest();
    const symbols: Symbols = { texts: [], numbers: [], invalid: new Set() };
    const seriesAt: number[] = [];
    // Symbols are read first: nothing forbids a sender to write them last.
    for (let n = 1; reader.pos < end; n++) {
      if (n % SYMBOLS_A_STEP === 0) yield;
      const tag = reader.tag();
      if (tag === 0x22) {
        const text = reader.text(end);
        symbols.texts.push(text);
        symbols.numbers.push(cache.numberOf(text));
        if (reader.invalidText) symbols.invalid.add(symbols.texts.length - 1);
        reader.invalidText = false;
      } else if (tag === 0x2a) {
        seriesAt.push(reader.pos);
        reader.pos = reader.enter(end);
      } else reader.pass(tag, end);
    }
    if (seriesAt.length > 0 && symbols.texts[0] !== '')
      throw new RequestError(400, 'the symbols of a request begin with the empty string');
    for (const [i, at] of seriesAt.entries()) {
      reader.pos = at;
      readSeries(reader, end, request, symbols, limits, cache);
      if (i % SERIES_A_STEP === 0) yield;
    }
    reader.pos = end;
    return request;
  };
  try {
    return yield* messageSteps(bytes, read, limits);
  } finally {
    cache.makeRoom();
  }
}

interface RawExemplar {
  readonly refs: number[];
  readonly value: number;
  readonly time: Millis;
}

function readSeries(
  reader: ProtoReader,
  limit: number,
  request: WriteRequest,
  symbols: Symbols,
  limits: ReceiveLimits,
  cache: SymbolCache,
): void {
  const end = reader.enter(limit);
  const refs: number[] = [];
  const samples: SampleInput[] = [];
  const problems: string[] = [];
  const exemplars: RawExemplar[] = [];
  const holder = { start: 0 };
  let metadata: PushedMetadata | undefined;
  let histograms = 0;
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x08: // 1 labels_refs
      case 0x0a:
        reader.varints(tag, refs, end);
        break;
      case 0x12: // 2 samples
        reader.admitSample();
        samples.push(readSample(reader, end, holder));
        break;
      case 0x1a: {
        // 3 histograms
        reader.admitSample();
        const { time, start, stale, histogram, problem } = readHistogram(reader, end);
        if (start !== 0) holder.start = start;
        if (problem !== undefined) problems.push(problem);
        else if (stale) samples.push({ time, value: Number.NaN, stale });
        else samples.push({ time, value: Number.NaN, histogram: histogram! });
        histograms++;
        break;
      }
      case 0x22: // 4 exemplars
        exemplars.push(readExemplar(reader, end));
        break;
      case 0x2a: // 5 metadata
        metadata = readMetadata(reader, end, symbols);
        break;
      case 0x30: // 6 created_timestamp
        holder.start = reader.readVarint(true);
        break;
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  const checked = seriesLabels(refs, symbols, limits, cache);
  if (checked.problem !== undefined) {
    request.refusals.add(checked.problem, samples.length + problems.length);
    return;
  }
  const { labels } = checked;
  const name = labels['__name__']!;
  for (const problem of problems) request.refusals.add(`histogram of ${name}: ${problem}`, 1);
  if (samples.length > 0) {
    const series = { labels, samples: sortSamples(samples) };
    request.series.push(series);
    if (holder.start !== 0) request.starts.push({ series, start: holder.start });
  }
  for (const { refs, value, time } of exemplars) {
    const own: Labels | undefined =
      refProblem(refs, symbols) === undefined
        ? checkLabels(textsOf(refs, symbols), limits, false).labels
        : undefined;
    if (own !== undefined) request.exemplars.push({ series: labels, labels: own, value, time });
    else request.refusals.add(`exemplar of ${name}: its labels are wrong`, 0);
  }
  if (metadata !== undefined) addMetadata(request, familyOf(name, metadata.type), metadata);
  const taken = histograms - problems.length;
  request.histograms += taken;
  request.samples += samples.length - taken;
}

function seriesLabels(
  refs: readonly number[],
  symbols: Symbols,
  limits: ReceiveLimits,
  cache: SymbolCache,
): CheckedLabels {
  const problem = refProblem(refs, symbols);
  if (problem !== undefined) return { problem };
  if (refs.length > 2 * limits.labelsOfSeries)
    return { problem: `more than ${limits.labelsOfSeries} labels` };
  const numbers = refs.map((ref) => symbols.numbers[ref]!);
  return cache.labels(numbers, () => checkLabels(textsOf(refs, symbols), limits));
}

const SHOWN = 300;

/** What is wrong with references. */
function refProblem(refs: readonly number[], { texts, invalid }: Symbols): string | undefined {
  if (refs.length % 2 !== 0) return 'label references come in pairs';
  for (const ref of refs) {
    if (!(ref < texts.length))
      return `a label refers to symbol ${ref}, and there are ${texts.length}`;
    if (invalid.size > 0 && invalid.has(ref))
      return `a label is not valid UTF-8: ${texts[ref]!.slice(0, SHOWN)}`;
  }
  return undefined;
}

function textsOf(refs: readonly number[], { texts }: Symbols): string[] {
  return refs.map((ref) => texts[ref]!);
}

function readExemplar(reader: ProtoReader, limit: number): RawExemplar {
  const end = reader.enter(limit);
  const refs: number[] = [];
  let [value, time] = [0, 0];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x08 || tag === 0x0a) reader.varints(tag, refs, end);
    else if (tag === 0x11) value = reader.readDouble();
    else if (tag === 0x18) time = reader.readVarint(true);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { refs, value, time };
}

function readMetadata(reader: ProtoReader, limit: number, { texts }: Symbols): PushedMetadata {
  const end = reader.enter(limit);
  let [type, help, unit] = [0, 0, 0];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x08) type = reader.readVarint();
    else if (tag === 0x18) help = reader.readVarint();
    else if (tag === 0x20) unit = reader.readVarint();
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { type: metricType(type), help: texts[help] ?? '', unit: texts[unit] ?? '' };
}

/** 2.0 says of every series what 1.0 says of the family: the parts of a classic histogram or summary have its name. */
function familyOf(name: string, type: PushedMetadata['type']): string {
  if (type === 'histogram' || type === 'gaugehistogram')
    return name.replace(/_(bucket|count|sum)$/, '');
  return type === 'summary' ? name.replace(/_(count|sum)$/, '') : name;
}
