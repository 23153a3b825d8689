import type { FloatHistogram } from '@bellwether/promql';

/** Numbers that JSON does not have stand as strings. */
const ODD: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity,
  '-Infinity': -Infinity,
  '-0': -0,
};

/** A native histogram as the text its column holds. */
export function histogramToText(histogram: FloatHistogram): string {
  return JSON.stringify(histogram, (_, value) => {
    if (typeof value !== 'number') return value;
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) ? value : String(value);
  });
}

export function histogramFromText(text: string): FloatHistogram {
  return JSON.parse(text, (_, value) =>
    typeof value === 'string' ? (ODD[value] ?? value) : value,
  ) as FloatHistogram;
}
