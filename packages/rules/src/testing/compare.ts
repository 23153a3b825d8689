import {
  type FloatHistogram,
  formatHistogram,
  formatLabels,
  type Labels,
  labelsKey,
} from '@bellwether/promql';
import type { ExpectedAlert } from './test-file.ts';

export interface TestSample {
  readonly labels: Labels;
  readonly value: number | FloatHistogram;
}

const alertKey = (alert: ExpectedAlert): string =>
  `${labelsKey(alert.labels)}\xfe${labelsKey(alert.annotations)}`;

/** Are these the same alerts, in whatever order? */
export function sameAlerts(a: readonly ExpectedAlert[], b: readonly ExpectedAlert[]): boolean {
  const others = b.map(alertKey).sort();
  return (
    a.length === b.length &&
    a
      .map(alertKey)
      .sort()
      .every((key, i) => key === others[i])
  );
}

/** Are these the same samples, in whatever order? NaN is not the same as NaN, as in promtool. */
export function sameSamples(
  a: readonly TestSample[],
  b: readonly TestSample[],
  fuzzy: boolean,
): boolean {
  const sorted = (samples: readonly TestSample[]): readonly (readonly [string, TestSample])[] =>
    samples
      .map((sample) => [labelsKey(sample.labels), sample] as const)
      .sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0));
  const others = sorted(b);
  return (
    a.length === b.length &&
    sorted(a).every(([key, { value }], i) => {
      const [otherKey, other] = others[i]!;
      return key === otherKey && sameValue(value, other.value, fuzzy);
    })
  );
}

function sameValue(
  a: number | FloatHistogram,
  b: number | FloatHistogram,
  fuzzy: boolean,
): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return a === b || (fuzzy && areNeighbours(a, b));
  }
  if (typeof a === 'number' || typeof b === 'number') return false;
  return a.hint === b.hint && canonical(a) === canonical(b);
}

/** Everything about a histogram; how it is printed leaves the layout out. */
const canonical = (h: FloatHistogram): string =>
  JSON.stringify([
    h.schema,
    h.count,
    h.sum,
    h.zeroThreshold,
    h.zeroCount,
    h.customValues,
    ...[h.positive, h.negative].map(({ indices, counts }) =>
      indices.flatMap((index, i) => (counts[i] === 0 ? [] : [[index, counts[i]]])),
    ),
  ]);

const words = new DataView(new ArrayBuffer(16));

/** Is there no float between the two? */
function areNeighbours(a: number, b: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b) || a * b < 0) return false;
  words.setFloat64(0, Math.abs(a));
  words.setFloat64(8, Math.abs(b));
  const distance = words.getBigUint64(0) - words.getBigUint64(8);
  return distance >= -1n && distance <= 1n;
}

export const showAlerts = (alerts: readonly ExpectedAlert[]): string =>
  `[${alerts
    .map(
      (alert) =>
        `\n  Labels:${formatLabels(alert.labels)}\n  Annotations:${formatLabels(alert.annotations)}`,
    )
    .join(',')}${alerts.length > 0 ? '\n' : ''}]`;

export const showSamples = (samples: readonly TestSample[]): string =>
  samples.length === 0
    ? 'nil'
    : samples
        .map(({ labels, value }) => {
          const shown = typeof value === 'number' ? String(value) : formatHistogram(value);
          return `${formatLabels(labels)} ${shown}`;
        })
        .join(', ');
