import { describe, expect, it } from 'vitest';
import type { LabelSet } from './family.ts';
import { SeriesTable } from './series-table.ts';

function table(maxSeries: number) {
  let overflows = 0;
  const series = new SeriesTable<LabelSet>({
    ...{ labelNames: ['model_name', 'class'], fixed: ['m'], maxSeries },
    create: (labels) => labels,
    onOverflow: () => {
      overflows += 1;
    },
  });
  return { series, overflows: () => overflows };
}

describe('series table', () => {
  it('gives the same series for the same label values', () => {
    const { series } = table(10);
    expect(series.get('a')).toBe(series.get('a'));
    expect(series.get('a')).not.toBe(series.get('b'));
  });

  it('folds all values beyond the limit into one series called other, and says so', () => {
    const { overflows, series } = table(2);
    series.get('a');
    series.get('b');
    expect(series.get('c').text).toBe('model_name="m",class="other"');
    expect(series.get('d')).toBe(series.get('c'));
    expect(series.get('a').text).toBe('model_name="m",class="a"');
    expect(overflows()).toBe(3);
    expect([...series.values()]).toHaveLength(3);
  });

  it('keeps values apart whatever characters they hold, and wherever they are cut', () => {
    const series = new SeriesTable<LabelSet>({
      ...{ labelNames: ['a', 'b'], fixed: [], maxSeries: 100_000, onOverflow: () => {} },
      create: (labels) => labels,
    });
    const parts = ['', 'x', '1', '2', ':', '\0', ',', '"', '\u001f', '\u00ff', '\n'];
    const texts = [...new Set(parts.flatMap((a) => parts.map((b) => a + b)))];
    const pairs = texts.flatMap((a) => texts.map((b) => [a, b] as const));
    expect(new Set(pairs.map((pair) => series.get(...pair))).size).toBe(pairs.length);
    for (const pair of pairs) expect(series.get(...pair).values).toEqual(pair);
  });

  it('has one series called other, also when a value is called so', () => {
    const { overflows, series } = table(2);
    const own = series.get('other');
    series.get('a');
    expect(series.get('b')).toBe(own);
    expect(overflows()).toBe(1);
    expect([...series.values()].map(({ text }) => text)).toEqual([
      'model_name="m",class="other"',
      'model_name="m",class="a"',
    ]);
  });

  it('takes whatever it is given without throwing, and calls unknown what says nothing', () => {
    const { series } = table(20);
    const nameless: unknown[] = [undefined, null, Number.NaN, Symbol('s'), Object.create(null)];
    for (const value of nameless) expect(series.get(value).values[1]).toBe('unknown');
    expect(series.get(/^\/predict/).values[1]).toBe('/^\\/predict/');
    expect(series.get(7n)).toBe(series.get('7'));
    expect(series.get('__proto__')).not.toBe(series.get('constructor'));
  });

  it('takes values that are no strings, half characters and very long ones', () => {
    const { series } = table(10);
    expect(series.get(1)).toBe(series.get('1'));
    expect(series.get('\ud800')).toBe(series.get('\udbff'));
    expect(series.get('x'.repeat(1000)).values[1]).toHaveLength(200);
  });
});
