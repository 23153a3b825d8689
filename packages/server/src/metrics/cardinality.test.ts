import { describe, expect, it } from 'vitest';
import { cardinalityOf } from './cardinality.ts';

const series = (labels: Record<string, string>, first: number, last = first) => ({
  labels,
  first,
  last,
});

describe('what series are made of', () => {
  const all = [
    series({ __name__: 'up', job: 'a' }, 10, 20),
    series({ __name__: 'up', job: 'größe' }, 5),
    series({ __name__: 'x', job: 'a', path: '/' }, 15, 30),
  ];

  it('is counted by name, label, value and pair', () => {
    expect(cardinalityOf(all, 10)).toEqual({
      series: 3,
      labelPairs: 5,
      chunks: undefined,
      time: { min: 5, max: 30 },
      seriesByName: [
        { name: 'up', value: 2 },
        { name: 'x', value: 1 },
      ],
      valuesByLabel: [
        { name: '__name__', value: 2 },
        { name: 'job', value: 2 },
        { name: 'path', value: 1 },
      ],
      bytesByLabel: [
        { name: 'job', value: 8 },
        { name: '__name__', value: 3 },
        { name: 'path', value: 1 },
      ],
      seriesByPair: [
        { name: '__name__=up', value: 2 },
        { name: 'job=a', value: 2 },
        { name: '__name__=x', value: 1 },
        { name: 'job=größe', value: 1 },
        { name: 'path=/', value: 1 },
      ],
    });
  });

  it('is shown as much of as is wanted, the largest first', () => {
    const { seriesByPair, seriesByName } = cardinalityOf(all, 1);
    expect(seriesByPair).toEqual([{ name: '__name__=up', value: 2 }]);
    expect(seriesByName).toHaveLength(1);
  });

  it('has no times while there is nothing', () => {
    expect(cardinalityOf([], 10)).toMatchObject({ series: 0, time: undefined });
  });
});
