import { describe, expect, it } from 'vitest';
import { DEFAULT_RECEIVE_LIMITS } from '../metrics/limits.ts';
import { LabelCache } from './label-cache.ts';

/** `Label` messages, one behind the other, as field 1 of `TimeSeries`. */
function sent(labels: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(
    labels.map(([name, value]) => {
      const content = [0x0a, name.length, ...Buffer.from(name), 0x12, value.length];
      return Buffer.from([0x0a, content.length + value.length, ...content, ...Buffer.from(value)]);
    }),
  );
}

function ask(cache: LabelCache, i: number) {
  const bytes = sent([
    ['__name__', 'm'],
    ['i', String(i)],
  ]);
  return cache.get(bytes, 0, bytes.length, DEFAULT_RECEIVE_LIMITS).labels;
}

describe('the cache of label sets', () => {
  it('knows a series by its bytes, wherever they stand', () => {
    const cache = new LabelCache();
    const bytes = sent([['__name__', 'up']]);
    const elsewhere = Buffer.concat([Buffer.from('xyz'), bytes, Buffer.from('!')]);
    const first = cache.get(bytes, 0, bytes.length, DEFAULT_RECEIVE_LIMITS);
    expect(first.labels).toEqual({ __name__: 'up' });
    expect(cache.get(elsewhere, 3, 3 + bytes.length, DEFAULT_RECEIVE_LIMITS)).toBe(first);
  });

  it('never takes one series for another, though among so many some share a hash', () => {
    const cache = new LabelCache();
    for (let i = 0; i < 150_000; i++) {
      const labels = ask(cache, i);
      if (labels?.['i'] !== String(i)) expect(labels).toEqual({ __name__: 'm', i: String(i) });
    }
    // The last of them are kept.
    expect(ask(cache, 149_999)).toBe(ask(cache, 149_999));
  });

  it('keeps no more bytes than it may, however long the labels are', () => {
    const cache = new LabelCache(1 << 20);
    const ask = (i: number) => {
      const labels: [string, string][] = [
        ['__name__', 'm'],
        ['i', String(i).padStart(100, '0')],
      ];
      const bytes = sent(labels);
      return cache.get(bytes, 0, bytes.length, DEFAULT_RECEIVE_LIMITS);
    };
    for (let i = 0; i < 20_000; i++) ask(i);
    // Two generations of a megabyte, of which each label set takes at least its own hundred bytes.
    expect(cache.size).toBeLessThan(20_000);
    expect(cache.size).toBeGreaterThan(1000);
    expect(ask(19_999)).toBe(ask(19_999));
  });

  it('keeps nothing of what is refused', () => {
    const cache = new LabelCache();
    const bytes = sent([['job', 'nameless']]);
    for (let i = 0; i < 3; i++)
      expect(cache.get(bytes, 0, bytes.length, DEFAULT_RECEIVE_LIMITS).problem).toContain(
        'no metric name',
      );
    expect(cache.size).toBe(0);
  });
});
