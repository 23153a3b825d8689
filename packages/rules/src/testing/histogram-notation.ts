import {
  type CounterResetHint,
  CUSTOM_SCHEMA,
  type FloatHistogram,
  histogram,
} from '@bellwether/promql';

const hints = new Set<string>(['unknown', 'reset', 'not_reset', 'gauge']);

const keys = [
  'schema',
  'count',
  'sum',
  'z_bucket',
  'z_bucket_w',
  'buckets',
  'offset',
  'n_buckets',
  'n_offset',
  'custom_values',
  'counter_reset_hint',
] as const;

/**
 * Reads a native histogram of test files: `{{schema:1 count:3 sum:4.5 buckets:[1 2]}}`, braces
 * left out.
 *
 * Source: Prometheus, "Unit testing for rules", "series".
 * @throws Error for a key or value that is none
 */
export function parseHistogram(text: string): FloatHistogram {
  const fields = new Map<string, string>();
  for (const match of text.matchAll(/([a-z_]+):(\[[^\]]*\]|\S+)|(\S+)/g)) {
    const [, key, value] = match;
    if (key === undefined || value === undefined || !keys.includes(key as (typeof keys)[number])) {
      throw new Error(
        `bad histogram descriptor near "${match[0]}"; it can have ${keys.join(', ')}`,
      );
    }
    fields.set(key, value);
  }
  const hint = fields.get('counter_reset_hint') ?? 'unknown';
  if (!hints.has(hint)) throw new Error(`bad counter_reset_hint "${hint}"`);
  const customValues = numbers(fields.get('custom_values'));
  return histogram({
    schema: customValues.length > 0 ? CUSTOM_SCHEMA : number(fields.get('schema')),
    count: number(fields.get('count')),
    sum: number(fields.get('sum')),
    zeroCount: number(fields.get('z_bucket')),
    zeroThreshold: number(fields.get('z_bucket_w')),
    positive: buckets(fields.get('buckets'), fields.get('offset')),
    negative: buckets(fields.get('n_buckets'), fields.get('n_offset')),
    customValues,
    hint: hint as CounterResetHint,
  });
}

function number(text: string | undefined): number {
  if (text === undefined) return 0;
  const value = Number(text.replace(/^([+-]?)Inf$/i, '$1Infinity'));
  if (Number.isNaN(value) && text !== 'NaN') throw new Error(`bad number "${text}" in histogram`);
  return value;
}

function numbers(text: string | undefined): number[] {
  const inside = text?.replace(/^\[|\]$/g, '').trim() ?? '';
  return inside === '' ? [] : inside.split(/\s+/).map(number);
}

/** Empty buckets are no buckets. */
function buckets(
  counts: string | undefined,
  offset: string | undefined,
): FloatHistogram['positive'] {
  const filled = numbers(counts)
    .map((count, i) => ({ count, index: number(offset) + i }))
    .filter(({ count }) => count !== 0);
  return { indices: filled.map(({ index }) => index), counts: filled.map(({ count }) => count) };
}

/** `a + times × b`, for histograms of one layout. */
export function addHistogram(a: FloatHistogram, b: FloatHistogram, times: number): FloatHistogram {
  if (a.schema !== b.schema) throw new Error('histograms of different schemas cannot be added');
  return {
    ...a,
    count: a.count + times * b.count,
    sum: a.sum + times * b.sum,
    zeroCount: a.zeroCount + times * b.zeroCount,
    positive: addBuckets(a.positive, b.positive, times),
    negative: addBuckets(a.negative, b.negative, times),
  };
}

function addBuckets(
  a: FloatHistogram['positive'],
  b: FloatHistogram['positive'],
  times: number,
): FloatHistogram['positive'] {
  const sums = new Map(a.indices.map((index, i) => [index, a.counts[i]!]));
  for (const [i, index] of b.indices.entries()) {
    sums.set(index, (sums.get(index) ?? 0) + times * b.counts[i]!);
  }
  const filled = [...sums].filter(([, count]) => count !== 0).sort(([x], [y]) => x - y);
  return { indices: filled.map(([index]) => index), counts: filled.map(([, count]) => count) };
}
