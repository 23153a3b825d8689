import { describe, expect, it } from 'vitest';
import { type Answer, differences } from './answers.ts';

const answer = (series: Record<string, Record<number, string>>): Answer => ({
  values: new Map(
    Object.entries(series).map(([labels, points]) => [
      labels,
      new Map(Object.entries(points).map(([time, value]) => [Number(time), value])),
    ]),
  ),
});

describe('two answers', () => {
  it('are alike up to rounding, and whatever the words of an error are', () => {
    expect(
      differences(
        answer({ a: { 1: '0.3', 2: 'NaN' } }),
        answer({ a: { 1: '0.30000000000000004', 2: 'NaN' } }),
      ),
    ).toEqual([]);
    expect(differences({ error: 'no' }, { error: 'never' })).toEqual([]);
  });

  it('differ in values, points, series and in being an error', () => {
    expect(
      differences(answer({ a: { 1: '1', 2: '-Inf' } }), answer({ a: { 1: '1.001', 2: '+Inf' } })),
    ).toEqual([
      { kind: 'value', where: 'a at 1', theirs: '1', ours: '1.001' },
      { kind: 'value', where: 'a at 2', theirs: '-Inf', ours: '+Inf' },
    ]);
    expect(
      differences(answer({ a: { 1: '1', 2: '2' } }), answer({ a: { 1: '1' }, b: { 3: '0' } })),
    ).toEqual([
      { kind: 'missing', where: 'a at 2' },
      { kind: 'extra', where: 'b at 3' },
    ]);
    expect(differences(answer({}), { error: 'no' })).toEqual([
      { kind: 'error', theirs: undefined, ours: 'no' },
    ]);
  });
});
