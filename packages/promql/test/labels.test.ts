import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arraySource, compareLabels, Engine, Slices, sortedByLabels } from '../src/index.ts';

const text = fc.string({
  minLength: 1,
  maxLength: 3,
  unit: fc.constantFrom('a', 'b', 'ü', '_', 'Z'),
});
const labels = fc.dictionary(text, fc.oneof(text, fc.constant('')), { maxKeys: 4 });

describe('label sets', () => {
  it('are sorted many at once as they are two by two', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(labels, { maxLength: 30 }), async (all) => {
        const items = all.map((one) => ({ labels: one }));
        const expected = items.toSorted((a, b) => compareLabels(a.labels, b.labels));
        expect(await sortedByLabels(items, new Slices())).toEqual(expected);
      }),
    );
  });

  it('must differ once the name of the metric is gone', async () => {
    const engine = new Engine();
    const times = Float64Array.of(0, 60_000);
    const values = Float64Array.of(1, 2);
    const rate = (...sets: Record<string, string>[]) => {
      const source = arraySource(sets.map((one) => ({ labels: one, times, values })));
      return engine.instant(source, 'rate({__name__=~".+"}[5m])', 60_000);
    };
    const twice = /same labelset/;
    await expect(
      rate({ __name__: 'x_total', a: '1' }, { __name__: 'y_total', a: '1' }),
    ).rejects.toThrow(twice);
    await expect(
      rate(
        { __name__: 'x_total', a: '1', __type__: 'counter' },
        { __name__: 'x_total', a: '1', __type__: 'gauge' },
      ),
    ).rejects.toThrow(twice);
    await expect(
      rate({ __name__: 'x_total', a: '1' }, { __name__: 'x_total', a: '2' }),
    ).resolves.toMatchObject({
      value: { samples: [{ labels: { a: '1' } }, { labels: { a: '2' } }] },
    });
  });
});
