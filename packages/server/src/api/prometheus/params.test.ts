import { describe, expect, it } from 'vitest';
import { ApiError } from './errors.ts';
import { Params } from './params.ts';

const now = 1_700_000_000_000;
const params = (question: string, body?: string): Params => new Params(`/x?${question}`, body);

function refusal(read: () => unknown): { errorType: string; message: string } {
  try {
    read();
  } catch (error) {
    if (error instanceof ApiError) return { errorType: error.errorType, message: error.message };
    throw error;
  }
  throw new Error('it was taken');
}

describe('a time', () => {
  it.each([
    ['1700000000', 1_700_000_000_000],
    ['1700000000.5', 1_700_000_000_500],
    ['1.7e9', 1_700_000_000_000],
    ['-5.5', -5_500],
    ['1970-01-01T00:00:01Z', 1_000],
    ['1970-01-01T01:00:01.25%2B01:00', 1_250],
  ])('%s is %d ms', (text, ms) => {
    expect(params(`time=${text}`).time('time', 0)).toBe(ms);
  });

  it.each(['yesterday', '2026-11-23', '2026-11-23T10:00:00', '1e', '0x10', '--1'])(
    '%s is refused, with what is taken',
    (text) => {
      const { errorType, message } = refusal(() => params(`time=${text}`).time('time', 0));
      expect(errorType).toBe('bad_data');
      expect(message).toBe(
        `invalid parameter "time": cannot parse "${text}" to a valid timestamp; use Unix seconds or RFC 3339`,
      );
    },
  );

  it.each(['1e400', '-1e400', '1e300', '-1e16'])(
    '%s, beyond what 64 bits hold in milliseconds, is refused',
    (text) => {
      for (const read of [
        () => params(`time=${text}`).time('time', 0),
        () => params(`start=${text}`).timeRange(now),
        () => params(`start=${text}&end=1e300&step=1e298`).stepRange(),
      ])
        expect(refusal(read)).toMatchObject({ errorType: 'bad_data' });
    },
  );

  it('that is left out or empty is the one that is usual', () => {
    expect(params('').time('time', now)).toBe(now);
    expect(params('time=').time('time', now)).toBe(now);
  });

  it('range is the last day unless asked, and what Prometheus clients send for "all" is all', () => {
    expect(params('').timeRange(now)).toEqual({ from: now - 86_400_000, to: now });
    const all = params(
      'start=-292273086-05-16T16:47:06Z&end=292277025-08-18T07:12:54.999999999Z',
    ).timeRange(now);
    expect(all.from).toBeLessThan(0);
    expect(new Date(all.to).getUTCFullYear()).toBe(2299);
  });
});

describe('a duration', () => {
  it.each([
    ['15', 15_000],
    ['0.5', 500],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
  ])('%s is %d ms', (text, ms) => {
    expect(params(`step=${text}`).duration('step')).toBe(ms);
  });

  it('beyond what 64 bits hold in nanoseconds is refused in Prometheus words', () => {
    expect(refusal(() => params('step=10000000000000').duration('step')).message).toBe(
      'invalid parameter "step": cannot parse "10000000000000" to a valid duration. It overflows int64',
    );
    for (const text of ['1e400', '1e300', '-1e300', '300y'])
      expect(refusal(() => params(`step=${text}`).duration('step')).errorType).toBe('bad_data');
  });

  it('of another kind is refused in Prometheus words', () => {
    expect(refusal(() => params('timeout=soon').duration('timeout'))).toEqual({
      errorType: 'bad_data',
      message: 'invalid parameter "timeout": cannot parse "soon" to a valid duration',
    });
  });
});

describe('a limit', () => {
  it('is a number from 0 on; 0 and nothing are all', () => {
    expect(params('limit=7').limit()).toBe(7);
    expect(params('limit=0').limit()).toBe(0);
    expect(params('').limit()).toBe(0);
    expect(refusal(() => params('limit=-1').limit()).message).toBe(
      'invalid parameter "limit": limit must be non-negative',
    );
    for (const text of ['x', '1e400', '9'.repeat(400)])
      expect(refusal(() => params(`limit=${text}`).limit()).errorType).toBe('bad_data');
  });

  it('of metadata means all where it is negative, and none where it is 0', () => {
    expect(params('limit=-1').count('limit')).toBe(Infinity);
    expect(params('limit=0').count('limit')).toBe(0);
    expect(refusal(() => params('limit=x').count('limit')).message).toBe('limit must be a number');
  });
});

describe('a flag', () => {
  it('has the spellings of Go', () => {
    for (const text of ['1', 't', 'TRUE', 'true', 'True'])
      expect(params(`exclude_alerts=${text}`).flag('exclude_alerts')).toBe(true);
    for (const text of ['', '0', 'F', 'false'])
      expect(params(`exclude_alerts=${text}`).flag('exclude_alerts')).toBe(false);
    expect(refusal(() => params('exclude_alerts=yes').flag('exclude_alerts')).errorType).toBe(
      'bad_data',
    );
  });
});

describe('a parameter in both address and form', () => {
  // net/http, Request.FormValue.
  it('is the one of the form', () => {
    const both = params('query=1&time=5&timeout=1s', 'query=2&time=7');
    expect(both.text('query')).toBe('2');
    expect(both.time('time', 0)).toBe(7_000);
    expect(both.duration('timeout')).toBe(1_000);
  });
});

describe('selectors', () => {
  it('are limited in number, as each is a question of its own', () => {
    const question = (count: number): string => Array(count).fill('match[]=up').join('&');
    expect(params(question(500)).matchers()).toHaveLength(500);
    expect(refusal(() => params(question(501)).matchers())).toEqual({
      errorType: 'bad_data',
      message: 'invalid parameter "match[]": 501 selectors are more than the limit of 500',
    });
  });

  it('come from the address and from a form together', () => {
    const both = params('match[]=a', 'match[]=b%7Bx%3D%22y%22%7D');
    expect(both.matchers()).toEqual([
      [
        { name: 'x', op: '=', value: 'y' },
        { name: '__name__', op: '=', value: 'b' },
      ],
      [{ name: '__name__', op: '=', value: 'a' }],
    ]);
  });

  it.each(['sum(a)', 'a[5m]', 'a offset 5m', 'a @ 1', '{', '{x=~".*"}', '1'])(
    'are not %s',
    (text) => {
      const { message } = refusal(() => params(`match[]=${encodeURIComponent(text)}`).matchers());
      expect(message).toMatch(/^invalid parameter "match\[\]": /);
    },
  );
});
