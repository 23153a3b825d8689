import { describe, expect, it } from 'vitest';
import { DEFAULT_RECEIVE_LIMITS } from '../metrics/limits.ts';
import { encodeV2 } from './encode.ts';
import { SymbolCache } from './symbol-cache.ts';
import { readWriteRequestV2 } from './v2.ts';

const request = (labels: [string, string][]): Buffer =>
  Buffer.from(encodeV2([{ labels, samples: [[1, 1]] }]));

describe('the cache of symbols', () => {
  it('gives the same object for a series that is sent again', () => {
    const cache = new SymbolCache();
    const body = request([
      ['__name__', 'up'],
      ['job', 'a'],
    ]);
    const read = () => readWriteRequestV2(body, DEFAULT_RECEIVE_LIMITS, cache).series[0]!.labels;
    expect(read()).toBe(read());
  });

  it('holds no more bytes behind a request than it may, whether that was taken or not', () => {
    const cache = new SymbolCache(100_000);
    for (let i = 0; i < 200; i++) {
      const body = request([['i', String(i).padStart(10_000, '0')]]);
      expect(readWriteRequestV2(body, DEFAULT_RECEIVE_LIMITS, cache).refusals.count).toBe(1);
      expect(cache.size).toBeLessThan(25);
    }
    const cut = request([
      ['__name__', 'm'],
      ['i', 'x'.repeat(200_000)],
    ]).subarray(0, -3);
    expect(() => readWriteRequestV2(cut, DEFAULT_RECEIVE_LIMITS, cache)).toThrow();
    expect(cache.size).toBe(0);
  });
});
