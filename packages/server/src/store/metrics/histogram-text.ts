import type { FloatHistogram } from '@bellwether/promql';

/** A native histogram as the text its column holds. JSON has no infinities and no NaN: those stand as strings. */
export function histogramToText(histogram: FloatHistogram): string {
  return JSON.stringify(histogram, (_, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

export function histogramFromText(text: string): FloatHistogram {
  return JSON.parse(text, (_, value) =>
    value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value,
  ) as FloatHistogram;
}
