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

  it('takes values that are no strings, half characters and very long ones', () => {
    const { series } = table(10);
    expect(series.get(1)).toBe(series.get('1'));
    expect(series.get('\ud800')).toBe(series.get('\udbff'));
    expect(series.get('x'.repeat(1000)).values[1]).toHaveLength(200);
  });
});
