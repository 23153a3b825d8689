import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RECEIVE_LIMITS } from '../metrics/limits.ts';
import { encodeV1, encodeV2, type SentSeries } from './encode.ts';
import { LabelCache } from './label-cache.ts';
import type { WriteRequest } from './messages.ts';
import { SymbolCache } from './symbol-cache.ts';
import { readWriteRequestV1 } from './v1.ts';
import { readWriteRequestV2 } from './v2.ts';

const labelCache = new LabelCache();
const symbolCache = new SymbolCache();
const readers: [string, (series: readonly SentSeries[]) => WriteRequest][] = [
  ['1.0', (series) => readWriteRequestV1(encodeV1(series), DEFAULT_RECEIVE_LIMITS, labelCache)],
  ['2.0', (series) => readWriteRequestV2(encodeV2(series), DEFAULT_RECEIVE_LIMITS, symbolCache)],
];

const name = fc.stringMatching(/^[a-z][a-z_]{0,10}$/);
const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const time = fc.integer({ min: -(2 ** 45), max: 2 ** 45 });
const series: fc.Arbitrary<SentSeries> = fc.record({
  labels: fc
    .tuple(value, fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true }))
    .map(([metric, others]) =>
      // ASCII names sort alike as text and as bytes; `__name__` stands before them all.
      Object.entries({ ...others, __name__: metric }).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  samples: fc.uniqueArray(fc.tuple(time, fc.oneof(fc.double(), fc.constant('stale' as const))), {
    selector: ([at]) => at,
    minLength: 1,
    maxLength: 5,
  }),
});

describe.each(readers)('a request of remote write %s', (_, read) => {
  it('gives the labels and samples that were written, by time', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 8 }), (sent) => {
        const request = read(sent);
        expect(request.refusals.empty).toBe(true);
        expect(request.series.map(({ labels }) => labels)).toEqual(
          sent.map(({ labels }) => Object.fromEntries(labels)),
        );
        expect(request.series.map(({ samples }) => samples)).toEqual(
          sent.map(({ samples = [] }) =>
            samples
              .toSorted(([a], [b]) => a - b)
              .map(([at, number]) =>
                number === 'stale'
                  ? { time: at, value: Number.NaN, stale: true }
                  : { time: at, value: number },
              ),
          ),
        );
      }),
    );
  });

  it('knows a series again in a later request, wherever it stands in it', () => {
    const one: SentSeries = {
      labels: [
        ['__name__', 'up'],
        ['job', 'a'],
      ],
      samples: [[1, 1]],
    };
    const other: SentSeries = {
      labels: [
        ['__name__', 'down'],
        ['job', 'b'],
      ],
      samples: [[1, 1]],
    };
    const [first] = read([one, other]).series;
    const [, second] = read([other, one]).series;
    expect(second!.labels).toBe(first!.labels);
    expect(second!.labels).toEqual({ __name__: 'up', job: 'a' });
  });
});
