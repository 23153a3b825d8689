import { detectReset, equals } from '../histogram/compare.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import type { MixedWindow, WindowResult } from './range-function.ts';
import { isStartReset } from './start-time.ts';

interface Sample {
  readonly time: number;
  readonly start: number;
  readonly value: number | FloatHistogram;
}

/** `resets`: how often a value fell, a histogram was reset, or the kind of sample changed. */
export function mixedResets(window: MixedWindow): WindowResult {
  return countPairs(window, (before, now) => {
    if (isStartReset(before.start, before.time, now.start, now.time)) return true;
    const [a, b] = [before.value, now.value];
    if (typeof a === 'number' && typeof b === 'number') return b < a;
    return typeof a === 'number' || typeof b === 'number' || detectReset(b, a);
  });
}

/** `changes`: how often the value differs from the one before. */
export function mixedChanges(window: MixedWindow): WindowResult {
  return countPairs(window, (before, now) => {
    const [a, b] = [before.value, now.value];
    if (typeof a === 'number' && typeof b === 'number')
      return a !== b && !(Number.isNaN(a) && Number.isNaN(b));
    return typeof a === 'number' || typeof b === 'number' || !equals(b, a);
  });
}

function countPairs(
  window: MixedWindow,
  counts: (before: Sample, now: Sample) => boolean,
): number | undefined {
  const samples = inOrder(window);
  let first = 0;
  if (window.mode === 'anchored') {
    if (samples.length === 0 || samples.at(-1)!.time <= window.rangeStart) return undefined;
    while (first < samples.length - 1 && samples[first + 1]!.time <= window.rangeStart) first++;
  }
  let count = 0;
  for (let k = first + 1; k < samples.length; k++) {
    if (counts(samples[k - 1]!, samples[k]!)) count++;
  }
  return samples.length === 0 ? undefined : count;
}

function inOrder(window: MixedWindow): Sample[] {
  const { floats, floatTimes, floatStarts } = window;
  const { histograms, histogramTimes, histogramStarts } = window;
  const samples: Sample[] = [
    ...floats.map((value, k) => ({ time: floatTimes[k]!, start: floatStarts[k] ?? 0, value })),
    ...histograms.map((value, k) => ({
      time: histogramTimes[k]!,
      start: histogramStarts[k] ?? 0,
      value,
    })),
  ];
  return samples.sort((a, b) => a.time - b.time);
}
