import { describe, expect, it } from 'vitest';
import type { Difference } from './answers.ts';
import { explain } from './explain.ts';

const apart: Difference[] = [{ kind: 'value', where: 'a at 1', theirs: '1', ours: '2' }];

/** What a difference is put down to, where expressions that `differ` are answered differently. */
async function because(expression: string, differ: RegExp, found = apart) {
  const asked: string[] = [];
  const why = await explain(expression, found, async (other) => {
    asked.push(other);
    return differ.test(other) ? apart : [];
  });
  return { why, asked };
}

describe('a difference', () => {
  it('is put down to the part that makes it', async () => {
    expect(await because('sum(rate(a[5m])) + 1', /\brate/)).toEqual({
      why: 'extrapolation near zero',
      asked: ['sum(irate(a[5m])) + 1'],
    });
  });

  it('is put down to several only together', async () => {
    const { why } = await because('stddev(a) atan2 increase(b[5m])', /stddev|increase/);
    expect(why).toBe(
      'atan2 drops the name, stddev and stdvar of no number, extrapolation near zero',
    );
  });

  it('that stays without the parts has no explanation', async () => {
    expect((await because('abs(rate(a[5m]))', /abs/)).why).toBeUndefined();
    expect((await because('abs(a)', /abs/)).asked).toEqual([]);
  });

  it('of a kind that a part cannot make is not put down to it', async () => {
    expect((await because('a > b', /a > b$/)).why).toBeUndefined();
    const refused: Difference[] = [{ kind: 'error', theirs: undefined, ours: 'multiple matches' }];
    expect((await because('a > b', /a > b$/, refused)).why).toBe('many-to-one beside a comparison');
  });
});
