import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinColumns } from './join-columns.ts';
import { packFlags } from './stale-bits.ts';

it('puts history and head end to end without moving a stale marker', () => {
  const part = fc.array(fc.boolean(), { maxLength: 40 });
  fc.assert(
    fc.property(part, part, (older, newer) => {
      const columns = (flags: boolean[], from: number) => ({
        labels: { __name__: 'a' },
        times: Float64Array.from(flags, (_, i) => from + i),
        values: Float64Array.from(flags, (stale, i) => (stale ? Number.NaN : from + i)),
        ...(flags.includes(true) ? { stale: packFlags(Uint8Array.from(flags, Number), 1) } : {}),
      });
      const [joined, ...others] = joinColumns([columns(older, 0)], [columns(newer, older.length)]);
      const all = [...older, ...newer];
      expect(others).toEqual([]);
      expect([...joined!.times]).toEqual(all.map((_, i) => i));
      expect(all.map((_, i) => ((joined!.stale?.[i >> 3] ?? 0) & (1 << (i & 7))) !== 0)).toEqual(
        all,
      );
    }),
  );
});

it('keeps series that only one side has', () => {
  const one = (name: string) => ({
    labels: { __name__: name },
    times: Float64Array.of(1),
    values: Float64Array.of(1),
  });
  expect(joinColumns([one('a')], [one('b')]).map(({ labels }) => labels['__name__'])).toEqual([
    'a',
    'b',
  ]);
});
