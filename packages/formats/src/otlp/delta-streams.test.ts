import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeltaSession, DeltaStreams } from './delta-streams.ts';

function add(session: DeltaSession, start: number, time: number, value: number) {
  const sum = session.add('a', { start, time }, { kind: 'number', value });
  return sum.problem ?? { start: sum.start, value: sum.value.value };
}

describe('the running sum of deltas', () => {
  it('adds each report to those before, and counts since the first began', () => {
    const session = new DeltaStreams().begin();
    expect(add(session, 100, 200, 3)).toEqual({ start: 101, value: 3 });
    expect(add(session, 200, 300, 4)).toEqual({ start: 101, value: 7 });
    expect(add(session, 500, 600, 1)).toEqual({ start: 101, value: 8 });
  });

  it('changes nothing by a report that was sent again, and refuses an older one', () => {
    const session = new DeltaStreams().begin();
    add(session, 100, 200, 3);
    add(session, 200, 300, 4);
    expect(add(session, 200, 300, 4)).toEqual({ start: 101, value: 7 });
    expect(add(session, 100, 200, 3)).toContain('older than the last delta');
  });

  it('forgets what was not stored, so that it can be sent again', () => {
    const streams = new DeltaStreams();
    const stored = streams.begin();
    add(stored, 100, 200, 3);
    streams.keep(stored, 1000);
    add(streams.begin(), 200, 300, 4);
    expect(add(streams.begin(), 200, 300, 4)).toEqual({ start: 101, value: 7 });
  });

  it('forgets series that have not been reported for long', () => {
    const streams = new DeltaStreams();
    const first = streams.begin();
    add(first, 100, 200, 3);
    streams.keep(first, 0);
    streams.keep(streams.begin(), 10_000_000);
    expect(streams.size).toBe(0);
  });

  it('takes no more series than there are bytes for, and again when others are forgotten', () => {
    const streams = new DeltaStreams(10_000);
    const add = (now: number, session = streams.begin()) => {
      const key = String(now).padStart(2000, '0');
      const { problem } = session.add(key, { start: 1, time: 2 }, { kind: 'number', value: 1 });
      streams.keep(session, now);
      return problem;
    };
    expect([1, 2, 3].map((now) => add(now))).toEqual([
      undefined,
      undefined,
      'the series that report deltas take more memory than they may',
    ]);
    streams.keep(streams.begin(), 10_000_000);
    expect(add(10_000_001)).toBeUndefined();
  });

  it('begins anew when the bounds of a histogram change', () => {
    const session = new DeltaStreams().begin();
    const classic = (bounds: number[], time: number) =>
      session.add(
        'h',
        { start: time - 10, time },
        {
          kind: 'classic',
          count: 1,
          sum: 1,
          counts: [1, ...bounds.map(() => 0)],
          bounds,
        },
      );
    classic([1], 100);
    expect(classic([1], 110)).toMatchObject({ value: { count: 2 }, start: 91 });
    expect(classic([1, 2], 120)).toMatchObject({ value: { count: 1 }, start: 111 });
  });

  it('ends at the sum of all deltas, however they are cut into requests', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(1000), { maxLength: 5 }), { maxLength: 20 }), (cuts) => {
        const streams = new DeltaStreams();
        let [time, last] = [1000, 0];
        for (const values of cuts) {
          const session = streams.begin();
          for (const value of values) {
            const sum = session.add(
              'a',
              { start: time, time: time + 10 },
              { kind: 'number', value },
            );
            if (sum.problem !== undefined) throw new Error(sum.problem);
            last = sum.value.value;
            time += 10;
          }
          streams.keep(session, time);
        }
        expect(last).toBe(cuts.flat().reduce((a, b) => a + b, 0));
      }),
    );
  });
});
