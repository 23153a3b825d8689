import type { Received, ReceivedSeries, ReceiveLimits, SampleInput } from '@bellwether/formats';
import { formatLabels, type Labels } from '@bellwether/promql';
import type { MetricSink, Rejection } from '../../store/metrics/sink.ts';
import type { StartTimes } from './start-times.ts';

/** A sample that was not stored, and why. */
export interface NotStored {
  readonly sample: SampleInput;
  readonly labels: Labels;
  readonly reason: Rejection['reason'] | 'future';
  readonly detail?: string;
}

const REASONS: Readonly<Record<NotStored['reason'], string>> = {
  'out-of-order': 'out of order sample',
  'too-old': 'sample too old',
  'duplicate-with-another-value': 'duplicate sample for timestamp with another value',
  future: 'sample too far in the future',
  'too-many-series': 'too many series',
};

/**
 * Hands a request to the store and tells what the store did not take. The request's series are gone afterwards.
 * @throws StoreBusyError nothing was taken. Any other error: it is not known how much was.
 */
export async function store(
  received: Received,
  sink: MetricSink,
  options: { starts: StartTimes; limits: ReceiveLimits; now: number },
): Promise<NotStored[]> {
  const notStored: NotStored[] = [];
  const latest = options.now + options.limits.aheadMs;
  for (const one of received.series) dropFuture(one, latest, notStored);
  const zeros = options.starts.addZeros(received.starts);
  const batch = received.series.filter(({ samples }) => samples.length > 0);
  // Nobody needs the samples while ClickHouse writes: many requests wait then, and would hold many.
  received.series.length = 0;
  if (batch.length === 0) return notStored;
  const { rejected } = await sink.write(batch);
  options.starts.remember(zeros);
  for (const one of rejected) if (!zeros.samples.has(one.sample)) notStored.push(one);
  return notStored;
}

/** Like `out of order sample: up{job="x"} at 2026-01-01T00:00:00.000Z`. */
export function sentence({ sample, labels, reason, detail }: NotStored): string {
  const date = new Date(sample.time);
  const at = Number.isNaN(date.getTime()) ? String(sample.time) : date.toISOString();
  return `${detail ?? REASONS[reason]}: ${formatLabels(labels)} at ${at}`;
}

function dropFuture(
  { labels, samples }: ReceivedSeries,
  latest: number,
  notStored: NotStored[],
): void {
  while (samples.length > 0 && samples.at(-1)!.time > latest) {
    notStored.push({ sample: samples.pop()!, labels, reason: 'future' });
  }
}
