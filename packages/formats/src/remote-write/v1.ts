import type { Labels } from '@bellwether/promql';
import { joinBytes } from '../bytes/bytes.ts';
import { messageSteps, type ProtoReader } from '../bytes/proto-reader.ts';
import { type Steps, toEnd } from '../bytes/steps.ts';
import { readLabel } from '../metrics/label-pair.ts';
import type { ReceiveLimits } from '../metrics/limits.ts';
import { type ExemplarInput, sortSamples } from '../metrics/received.ts';
import type { SampleInput } from '../metrics/samples.ts';
import { checkLabels } from './check-labels.ts';
import { readHistogram } from './histogram-message.ts';
import type { LabelCache } from './label-cache.ts';
import {
  addMetadata,
  emptyRequest,
  metricType,
  readSample,
  type WriteRequest,
} from './messages.ts';

/** Messages that are read in a step. */
const MESSAGES_A_STEP = 32;

/**
 * Reads `prometheus.WriteRequest`, the message of remote write 1.0. Series whose labels are wrong are refused, the
 * others are taken.
 * Source: prometheus.io, "Remote-Write 1.0 specification"; prometheus/prometheus, prompb/remote.proto, types.proto.
 * @throws RequestError 400 or 413
 */
export function readWriteRequestV1(
  bytes: Uint8Array,
  limits: ReceiveLimits,
  cache: LabelCache,
): WriteRequest {
  return toEnd(writeRequestV1Steps(bytes, limits, cache));
}

/** The same in steps. */
export function writeRequestV1Steps(
  bytes: Uint8Array,
  limits: ReceiveLimits,
  cache: LabelCache,
): Steps<WriteRequest> {
  const read = function* (reader: ProtoReader, end: number): Steps<WriteRequest> {
    const request = emptyRequest();
    for (let n = 1; reader.pos < end; n++) {
      const tag = reader.tag();
      if (tag === 0x0a) readSeries(reader, end, request, limits, cache);
      else if (tag === 0x1a) readMetadata(reader, end, request);
      else reader.pass(tag, end);
      if (n % MESSAGES_A_STEP === 0) yield;
    }
    return request;
  };
  return messageSteps(bytes, read, limits);
}

function readSeries(
  reader: ProtoReader,
  limit: number,
  request: WriteRequest,
  limits: ReceiveLimits,
  cache: LabelCache,
): void {
  const end = reader.enter(limit);
  const samples: SampleInput[] = [];
  let problems: string[] | undefined;
  let exemplars: Omit<ExemplarInput, 'series'>[] | undefined;
  let [labelsFrom, labelsTo] = [0, 0];
  let apart: Uint8Array[] | undefined;
  let histograms = 0;
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a: // 1 labels
        if (labelsTo > 0) {
          apart ??= [];
          apart.push(reader.bytes.subarray(labelsFrom, labelsTo));
        }
        labelsFrom = reader.pos - 1;
        labelsTo = passLabels(reader, end);
        break;
      case 0x12: // 2 samples
        reader.admitSample();
        samples.push(readSample(reader, end, NO_START));
        break;
      case 0x1a: // 3 exemplars
        exemplars ??= [];
        exemplars.push(readExemplar(reader, end, limits));
        break;
      case 0x22: {
        // 4 histograms
        reader.admitSample();
        const { time, stale, histogram, problem } = readHistogram(reader, end);
        if (problem !== undefined) problems = [...(problems ?? []), problem];
        else if (stale) samples.push({ time, value: Number.NaN, stale });
        else samples.push({ time, value: Number.NaN, histogram: histogram! });
        histograms++;
        break;
      }
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  // Labels stand together, but nothing forbids a sender to put a sample between them.
  const pieces = apart && joinBytes([...apart, reader.bytes.subarray(labelsFrom, labelsTo)]);
  const checked =
    pieces === undefined
      ? cache.get(reader.bytes, labelsFrom, labelsTo, limits, reader.dataView)
      : cache.get(pieces, 0, pieces.length, limits);
  if (checked.problem !== undefined) {
    request.refusals.add(checked.problem, samples.length + (problems?.length ?? 0));
    return;
  }
  const { labels } = checked;
  for (const problem of problems ?? [])
    request.refusals.add(`histogram of ${labels['__name__']}: ${problem}`, 1);
  if (samples.length > 0) request.series.push({ labels, samples: sortSamples(samples) });
  if (exemplars !== undefined)
    for (const one of exemplars) request.exemplars.push({ series: labels, ...one });
  const taken = histograms - (problems?.length ?? 0);
  request.histograms += taken;
  request.samples += samples.length - taken;
}

/** Passes the labels that stand one after another and tells where they end. */
function passLabels(reader: ProtoReader, limit: number): number {
  const { bytes } = reader;
  for (;;) {
    reader.pos = reader.enter(limit);
    if (reader.pos >= limit || bytes[reader.pos] !== 0x0a) break;
    reader.pos++;
  }
  return reader.pos;
}

function readExemplar(
  reader: ProtoReader,
  limit: number,
  limits: ReceiveLimits,
): Omit<ExemplarInput, 'series'> {
  const end = reader.enter(limit);
  const pairs: string[] = [];
  let [value, time] = [0, 0];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) readLabel(reader, end, pairs);
    else if (tag === 0x11) value = reader.readDouble();
    else if (tag === 0x18) time = reader.readVarint(true);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { labels: checkLabels(pairs, limits, false).labels ?? NO_LABELS, value, time };
}

const NO_LABELS: Labels = {};
/** 1.0 has no start of a sample; should one come, nobody looks. */
const NO_START = { start: 0 };

function readMetadata(reader: ProtoReader, limit: number, request: WriteRequest): void {
  const end = reader.enter(limit);
  let [type, name, help, unit] = [0, '', '', ''];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x08) type = reader.readVarint();
    else if (tag === 0x12) name = reader.text(end);
    else if (tag === 0x22) help = reader.text(end);
    else if (tag === 0x2a) unit = reader.text(end);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  addMetadata(request, name, { type: metricType(type), help, unit });
}
