import type { Labels, Millis } from '@bellwether/promql';
import { Refusals } from './refusals.ts';
import type { SampleInput, SeriesInput } from './samples.ts';

/** An example behind a sample, like the trace of one request. */
export interface ExemplarInput {
  readonly series: Labels;
  readonly labels: Labels;
  readonly value: number;
  readonly time: Millis;
}

export type PushedMetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

export interface PushedMetadata {
  readonly type: PushedMetricType;
  readonly help: string;
  readonly unit: string;
}

/** One series of a request; its samples ascend by time. */
export interface ReceivedSeries extends SeriesInput {
  readonly samples: SampleInput[];
}

/** What a sender says a series counts from: at `start` it was zero. */
export interface SeriesStart {
  readonly series: ReceivedSeries;
  readonly start: Millis;
}

/** A request, read: what goes to the store and what was refused before. */
export interface Received {
  readonly series: ReceivedSeries[];
  readonly starts: SeriesStart[];
  readonly exemplars: ExemplarInput[];
  readonly metadata: Map<string, PushedMetadata>;
  readonly refusals: Refusals;
}

export function nothingReceived(): Received {
  return { series: [], starts: [], exemplars: [], metadata: new Map(), refusals: new Refusals() };
}

/** Sorts samples by time where their sender did not; equal times stay in the order they came. */
export function sortSamples(samples: SampleInput[]): SampleInput[] {
  for (let i = 1; i < samples.length; i++)
    if (samples[i]!.time < samples[i - 1]!.time) return samples.sort((a, b) => a.time - b.time);
  return samples;
}
