import { describe, expect, it } from 'vitest';
import { interleaved, median } from './measure.ts';
import { formatReport, row } from './report.ts';

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe('interleaved rounds', () => {
  it('give every piece of work each place in the order equally often', async () => {
    const order: string[] = [];
    const work = (name: string) => () => {
      order.push(name);
    };
    await interleaved({ a: work('a'), b: work('b') }, { calls: 1, rounds: 4 });
    expect(order.join('')).toBe('ababbaabba');
  });
});

describe('report', () => {
  it('is a table with the ratio of ours to theirs', () => {
    const rows = [row('call', 'ns', 120, 480), { label: 'alone', unit: 'ms', ours: 1.2345 }];
    const text = formatReport({ name: 'sdk', against: 'them 1', rows, notes: ['a note'] });
    expect(text.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
      'sdk ours them 1 unit ours / theirs',
      '----- ---- ------ ---- -------------',
      'call 120 480 ns 0.25',
      'alone 1.23 – ms –',
      '',
      '- a note',
      '',
    ]);
  });
});
