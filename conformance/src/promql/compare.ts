import {
  compactHistogram,
  type FloatHistogram,
  formatHistogram,
  formatLabels,
  type Labels,
  type MatrixSeries,
  type Value,
  type VectorSample,
} from '@bellwether/promql';
import type { Expectations } from './script.ts';
import type { Place, SeriesLine } from './sequence.ts';

/** Prometheus compares with this relative error. */
const EPSILON = 1e-6;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** Whether two floats are the same for the suite: NaN is NaN, else relative to their size. */
function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const size = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || size < SMALLEST_NORMAL) return difference < EPSILON * SMALLEST_NORMAL;
  return difference / Math.min(size, Number.MAX_VALUE) < EPSILON;
}

function histogramsMatch(
  expected: FloatHistogram,
  got: FloatHistogram,
  hintGiven: boolean,
): boolean {
  const [a, b] = [compactHistogram(expected), compactHistogram(got)];
  const lists = (x: readonly number[], y: readonly number[]): boolean =>
    x.length === y.length && x.every((value, i) => almostEqual(value, y[i]!));
  return (
    a.schema === b.schema &&
    almostEqual(a.count, b.count) &&
    almostEqual(a.sum, b.sum) &&
    a.zeroThreshold === b.zeroThreshold &&
    almostEqual(a.zeroCount, b.zeroCount) &&
    lists(a.customValues, b.customValues) &&
    lists(a.positive.indices, b.positive.indices) &&
    lists(a.positive.counts, b.positive.counts) &&
    lists(a.negative.indices, b.negative.indices) &&
    lists(a.negative.counts, b.negative.counts) &&
    (!hintGiven || a.hint === b.hint)
  );
}

/** How a result differs from what is expected; `undefined`: it does not. */
export function difference(
  expected: Expectations,
  times: { readonly start: number; readonly step: number },
  value: Value,
): string | undefined {
  switch (value.type) {
    case 'string':
      return expected.text === value.value
        ? undefined
        : `expected string ${JSON.stringify(expected.text)}, got ${JSON.stringify(value.value)}`;
    case 'scalar': {
      const place = expected.scalar;
      if (place?.kind !== 'float') return `expected a vector or matrix, got scalar ${value.value}`;
      return almostEqual(place.value, value.value)
        ? undefined
        : `expected scalar ${place.value}, got ${value.value}`;
    }
    case 'vector':
      return vectorDifference(expected, value.samples);
    case 'matrix':
      return matrixDifference(expected, expected.rangeVector ?? times, value.series);
  }
}

function vectorDifference(
  expected: Expectations,
  samples: readonly VectorSample[],
): string | undefined {
  if (expected.scalar !== undefined) return `expected a scalar, got ${showSamples(samples)}`;
  const wanted = byLabels(expected.series);
  const seen = new Set<string>();
  for (const [i, sample] of samples.entries()) {
    const key = keyOf(sample.labels);
    const line = wanted.get(key);
    if (line === undefined) return `unexpected ${showSamples([sample])}`;
    seen.add(key);
    if (expected.ordered && keyOf(expected.series[i]?.labels ?? {}) !== key)
      return `expected ${formatLabels(expected.series[i]?.labels ?? {})} at position ${i + 1}, got ${showSamples([sample])}`;
    const place = line.places[0];
    if (place === undefined || !sampleMatches(place, sample.value, sample.histogram))
      return `expected ${formatLabels(line.labels)} ${showPlace(place)}, got ${showSamples([sample])}`;
  }
  return missing(wanted, seen);
}

function matrixDifference(
  expected: Expectations,
  times: { readonly start: number; readonly step: number },
  series: readonly MatrixSeries[],
): string | undefined {
  if (expected.ordered) return 'expected an ordered result, got a matrix';
  if (expected.scalar !== undefined) return 'expected a scalar, got a matrix';
  const wanted = byLabels(expected.series);
  const seen = new Set<string>();
  for (const one of series) {
    const key = keyOf(one.labels);
    const line = wanted.get(key);
    if (line === undefined) return `unexpected ${showSeries(one)}`;
    seen.add(key);
    const places = line.places
      .map((place, i) => ({ place, time: times.start + i * times.step }))
      .filter(({ place }) => place.kind !== 'omitted');
    const matches =
      places.length === one.times.length &&
      places.every(
        ({ place, time }, i) =>
          one.times[i] === time && sampleMatches(place, one.values[i]!, one.histograms?.[i]),
      );
    if (!matches)
      return `expected ${formatLabels(line.labels)} ${places.map(({ place, time }) => `${showPlace(place)} @${time}`).join(' ')}, got ${showSeries(one)}`;
  }
  return missing(wanted, seen);
}

function sampleMatches(
  place: Place,
  value: number,
  histogram: FloatHistogram | undefined,
): boolean {
  if (place.kind === 'histogram')
    return histogram !== undefined && histogramsMatch(place.value, histogram, place.hintGiven);
  return place.kind === 'float' && histogram === undefined && almostEqual(place.value, value);
}

function byLabels(lines: readonly SeriesLine[]): Map<string, SeriesLine> {
  return new Map(lines.map((line) => [keyOf(line.labels), line]));
}

function keyOf(labels: Labels): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function missing(
  wanted: ReadonlyMap<string, SeriesLine>,
  seen: ReadonlySet<string>,
): string | undefined {
  for (const [key, line] of wanted) {
    if (!seen.has(key))
      return `expected ${formatLabels(line.labels)} ${line.places.map(showPlace).join(' ')}, got nothing`;
  }
  return undefined;
}

function showPlace(place: Place | undefined): string {
  if (place?.kind === 'float') return String(place.value);
  if (place?.kind !== 'histogram') return place?.kind ?? 'nothing';
  return showHistogram(place.value);
}

function showHistogram(h: FloatHistogram): string {
  return `${formatHistogram(h)} (schema ${h.schema}, ${h.hint})`;
}

function showSamples(samples: readonly VectorSample[]): string {
  return samples
    .map(
      ({ labels, value, histogram }) =>
        `${formatLabels(labels)} ${histogram === undefined ? value : showHistogram(histogram)}`,
    )
    .join(', ');
}

function showSeries(series: MatrixSeries): string {
  const points = [...series.times].map((time, i) => {
    const histogram = series.histograms?.[i];
    return `${histogram === undefined ? series.values[i] : showHistogram(histogram)} @${time}`;
  });
  return `${formatLabels(series.labels)} ${points.join(' ')}`;
}
