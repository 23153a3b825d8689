import { describe, expect, it } from 'vitest';
import { buckets, instant, notes } from './evaluate.ts';

/** The quantile of a histogram with these counts, as real Prometheus (3.5 and 3.14) was asked for it. */
async function quantile(q: number, counts: Readonly<Record<string, number>>): Promise<number> {
  return (await instant(buckets('m', counts), `histogram_quantile(${q}, m_bucket)`))['{}']!;
}

describe('histogram_quantile of classic buckets', () => {
  it('takes negative counts, which differences of buckets have, for what they are', async () => {
    expect(await quantile(0, { '0.1': -0.9, '1': -0.5, '2': 0.3, '+Inf': 0.9 })).toBe(1.625);
  });

  it('evens out what rounding did against the greatest count so far, not against the neighbour', async () => {
    const dented = { '1': 10, '2': 5, '3': 10.000000000001, '+Inf': 10.000000000001 };
    expect(await quantile(1, dented)).toBe(1);
  });

  it('takes for rounding what is below a share of both counts together', async () => {
    const counts = { '1': 1e12, '4': 1e12 + 1.5, '+Inf': 1e12 + 1.5 };
    expect(await quantile(1, counts)).toBe(1);
  });

  it('looks for the bucket by halving, which decides where a count is not a number', async () => {
    expect(await quantile(0.25, { '1': 1, '2': Number.NaN, '+Inf': 3 })).toBe(2);
  });

  it('has for bounds what Go reads as a float, and says of others that they are none', async () => {
    const strange = { '0x10': 3, '1': 1, '+Inf': 4 };
    expect(await quantile(0.5, strange)).toBe(1);
    expect(await notes(buckets('m', strange), 'histogram_quantile(0.5, m_bucket)')).toEqual([
      'PromQL warning: bucket label "le" is missing or has a malformed value of "0x10" (1:25)',
    ]);
    // 0.25, and nothing where 1e400 is no bound.
    expect(await quantile(0.5, { '0x1p-2': 4, '+Inf': 4 })).toBe(0.125);
    expect(await quantile(1, { '1': 1, '1e400': 4 })).toBeNaN();
  });

  it('says that counts went down also where nothing was observed', async () => {
    const [note] = await notes(
      buckets('m', { '1': 0, '+Inf': -1 }),
      'histogram_quantile(0.5, m_bucket)',
    );
    expect(note).toMatch(
      /needed to be fixed for monotonicity.*from buckets \+Inf to \+Inf, with a max diff of 1, over 5 samples/,
    );
  });
});
