import { histogram } from '@bellwether/promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Head } from './head.ts';
import { type SampleValue, sampleAt } from './series.ts';

function headWith(...series: Record<string, string>[]): Head {
  const head = new Head(0);
  for (const [i, labels] of series.entries()) head.append(head.get(head.ref(labels))!, 1000 + i, i);
  return head;
}

describe('the head', () => {
  it('gives the same reference to the same labels in any order', () => {
    const head = new Head(0);
    expect(head.ref({ __name__: 'a', x: '1', y: '2' })).toBe(
      head.ref({ y: '2', x: '1', __name__: 'a' }),
    );
  });

  it('tells series apart whatever characters their labels hold', () => {
    const head = new Head(0);
    const refs = [
      { a: 'x\xffb\xffy' },
      { a: 'x', b: 'y' },
      { a: 'x\u0000b', b: 'y' },
      { a: 'x\ufffdb\ufffdy' },
    ].map((labels) => head.ref(labels));
    expect(new Set(refs).size).toBe(4);
    expect(new Set(refs.map((ref) => head.get(ref)!.id)).size).toBe(4);
  });

  it('finds series by every kind of matcher, a missing label being the empty string', () => {
    const head = headWith(
      { __name__: 'a', job: 'mail', env: 'prod' },
      { __name__: 'a', job: 'web' },
      { __name__: 'b', job: 'mail' },
    );
    const jobs = (...matchers: [string, '=' | '!=' | '=~' | '!~', string][]) =>
      head
        .find(matchers.map(([name, op, value]) => ({ name, op, value })))
        .map(({ labels }) => `${labels['__name__']}/${labels['job']}`);
    expect(jobs(['__name__', '=', 'a'])).toEqual(['a/mail', 'a/web']);
    expect(jobs(['__name__', '=', 'a'], ['env', '=', ''])).toEqual(['a/web']);
    expect(jobs(['env', '!=', ''])).toEqual(['a/mail']);
    expect(jobs(['job', '=~', 'm.*'], ['__name__', '!=', 'a'])).toEqual(['b/mail']);
    expect(jobs(['job', '!~', 'mail|x'])).toEqual(['a/web']);
    expect(jobs(['job', '=', 'nowhere'])).toEqual([]);
    expect(jobs()).toHaveLength(3);
  });

  it('takes samples in order, knows the same sample again, and refuses older ones', () => {
    const head = new Head(0);
    const series = head.get(head.ref({ __name__: 'a' }))!;
    expect(head.append(series, 10, 1)).toBe('ok');
    expect(head.append(series, 10, 1)).toBe('duplicate');
    expect(head.append(series, 10, 2)).toBe('conflict');
    expect(head.append(series, 9, 1)).toBe('out-of-order');
    expect(head.append(series, 11, 'stale')).toBe('ok');
    expect(series.live).toBe(false);
  });

  it('puts a late sample in its place, and leaves what queries hold as it was', () => {
    const times = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), {
      minLength: 1,
      maxLength: 100,
    });
    fc.assert(
      fc.property(times, (order) => {
        const head = new Head(0);
        const series = head.get(head.ref({ __name__: 'a' }))!;
        const held: { times: Float64Array; copy: number[] }[] = [];
        for (const [i, time] of order.entries()) {
          const value =
            time % 7 === 0 ? 'stale' : time % 5 === 0 ? histogram({ count: time }) : time;
          expect(head.append(series, time, value, 0)).toBe('ok');
          expect(head.append(series, time, value, 0)).toBe('duplicate');
          if (i % 3 === 0) {
            const view = series.slice(0, 1000).times;
            held.push({ times: view, copy: [...view] });
          }
        }
        const sorted = order.toSorted((a, b) => a - b);
        const got = series.slice(0, 1000);
        expect([...got.times]).toEqual(sorted);
        for (const [i, time] of sorted.entries()) {
          const stale = ((got.stale?.[i >> 3] ?? 0) & (1 << (i & 7))) !== 0;
          expect(stale).toBe(time % 7 === 0);
          expect(got.histograms?.[i]?.count).toBe(
            time % 7 !== 0 && time % 5 === 0 ? time : undefined,
          );
          if (time % 7 !== 0 && time % 5 !== 0) expect(got.values[i]).toBe(time);
        }
        for (const { times, copy } of held) expect([...times]).toEqual(copy);
      }),
    );
  });

  it('takes the past of a series as it takes samples one by one, before or after newer ones came', () => {
    const stretch = fc.array(
      fc.record({ gap: fc.integer({ min: 1, max: 9 }), kind: fc.integer({ min: 0, max: 9 }) }),
      { maxLength: 150 },
    );
    fc.assert(
      fc.property(stretch, stretch, stretch, (older, old, recent) => {
        const head = new Head(0);
        const whole = head.get(head.ref({ __name__: 'whole' }))!;
        const parts = head.get(head.ref({ __name__: 'parts' }))!;
        let time = 0;
        const [first, second, third] = [older, old, recent].map((steps) =>
          steps.map(({ gap, kind }): [number, SampleValue] => {
            time += gap;
            return [time, kind === 0 ? 'stale' : kind === 1 ? histogram({ count: time }) : time];
          }),
        ) as [[number, SampleValue][], [number, SampleValue][], [number, SampleValue][]];
        const columnsOf = (samples: readonly [number, SampleValue][]) => {
          const one = head.get(head.ref({ __name__: 'x', of: String(samples[0]?.[0]) }))!;
          for (const [at, value] of samples) one.push(at, value);
          return one.slice(0, Infinity);
        };
        for (const [at, value] of [...first, ...second, ...third]) whole.push(at, value);
        for (const [at, value] of third) parts.push(at, value);
        for (const part of [second, first]) if (part.length > 0) parts.prepend(columnsOf(part));
        const [a, b] = [whole.slice(0, Infinity), parts.slice(0, Infinity)];
        expect(b.times).toEqual(a.times);
        expect(a.times.length).toBe(whole.length);
        for (let i = 0; i < a.times.length; i++) expect(sampleAt(b, i)).toEqual(sampleAt(a, i));
        expect(parts.live).toBe(whole.live);
        expect(parts.lastTime).toBe(whole.lastTime);
      }),
    );
  });

  it('forgets series whose samples have all left the window, and knows them again when they return', () => {
    const head = headWith({ __name__: 'old' });
    head.append(head.get(head.ref({ __name__: 'new' }))!, 5000, 1);
    head.truncate(2000);
    expect(head.find([]).map(({ labels }) => labels['__name__'])).toEqual(['new']);
    const again = head.get(head.ref({ __name__: 'old' }))!;
    expect(head.append(again, 6000, 1)).toBe('ok');
    expect(head.find([{ name: '__name__', op: '=', value: 'old' }])).toHaveLength(1);
  });

  it('answers any slice with just the samples in it, however often it was cut before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ gap: fc.integer({ min: 1, max: 50 }), stale: fc.boolean() }), {
          maxLength: 300,
        }),
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 0, max: 5000 }),
        (steps, cut, from, to) => {
          const head = new Head(0);
          const series = head.get(head.ref({ __name__: 'a' }))!;
          const model: { time: number; value: number; stale: boolean }[] = [];
          let time = 0;
          for (const { gap, stale } of steps) {
            time += gap;
            if (time > cut && series.length > 0) series.dropBefore(Math.min(cut, time - 1));
            head.append(series, time, stale ? 'stale' : time * 2);
            model.push({ time, value: time * 2, stale });
          }
          series.dropBefore(cut);
          const expected = model.filter((s) => s.time >= Math.max(cut, from) && s.time <= to);
          // Blocks leave whole: what is older than the cut is not asked for, as the head does not either.
          const got = series.slice(Math.max(cut, from), to);
          expect([...got.times]).toEqual(expected.map((s) => s.time));
          expect([...got.values]).toEqual(expected.map((s) => (s.stale ? Number.NaN : s.value)));
          const bits = expected.map((_, i) => ((got.stale?.[i >> 3] ?? 0) & (1 << (i & 7))) !== 0);
          expect(bits).toEqual(expected.map((s) => s.stale));
        },
      ),
    );
  });

  it('tells when a series has samples without handing them, and hands no more than it may', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 90 });
    const bound = fc.integer({ min: -10, max: 410 });
    fc.assert(
      fc.property(times, bound, bound, bound, (unsorted, from, to, cut) => {
        const head = new Head(-Infinity);
        const series = head.get(head.ref({ __name__: 'a' }))!;
        for (const time of unsorted.toSorted((a, b) => a - b)) head.append(series, time, time);
        head.append(head.get(head.ref({ __name__: 'lasting' }))!, 500, 1);
        head.truncate(cut);
        const matchers = [{ name: '__name__', op: '=' as const, value: 'a' }];
        const [found] = head.select(matchers, from, to);
        const [extent] = head.extents(matchers, from, to);
        const begin = Math.max(from, cut);
        const touches =
          begin <= to && Math.max(...unsorted) >= begin && Math.min(...unsorted) <= to;
        if (found !== undefined) {
          expect(extent!.first).toBeLessThanOrEqual(found.times[0]!);
          expect(extent!.first).toBeGreaterThanOrEqual(from);
          expect(extent!.last).toBeGreaterThanOrEqual(found.times.at(-1)!);
          expect(extent!.last).toBeLessThanOrEqual(to);
        } else if (!touches) expect(extent).toBeUndefined();
        const among = (all: ReadonlySet<string>) => all.has('a');
        expect(among(head.labelValues('__name__', [], from, to))).toBe(extent !== undefined);
        expect(among(head.labelValues('__name__', matchers, from, to))).toBe(extent !== undefined);
        expect(head.labelNames(matchers, from, to)).toEqual(
          new Set(extent === undefined ? [] : ['__name__']),
        );
        const samples = found?.times.length ?? 0;
        expect(() => head.select(matchers, from, to, samples)).not.toThrow();
        if (samples > 0)
          expect(() => head.select(matchers, from, to, samples - 1)).toThrow('too many samples');
      }),
    );
  });
});
