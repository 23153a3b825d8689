import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameAlerts, sameSamples } from './compare.ts';

const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'));

describe('samples and alerts', () => {
  it('are the same in any order', () => {
    const sample = fc.record({ labels, value: fc.double({ noNaN: true }) });
    fc.assert(
      fc.property(fc.array(sample), (samples) => {
        const distinct = [
          ...new Map(
            samples.map((s) => [JSON.stringify(Object.entries(s.labels).sort()), s]),
          ).values(),
        ];
        return sameSamples(distinct, distinct.toReversed(), false);
      }),
    );
    const alert = fc.record({ labels, annotations: labels });
    fc.assert(fc.property(fc.array(alert), (alerts) => sameAlerts(alerts, alerts.toReversed())));
  });

  it('are not the same where one is missing or its value differs', () => {
    const one = { labels: { a: '1' }, value: 1 };
    expect(sameSamples([one], [], false)).toBe(false);
    expect(sameSamples([one], [{ ...one, value: 2 }], true)).toBe(false);
    expect(sameSamples([one], [{ ...one, value: 1 + Number.EPSILON }], false)).toBe(false);
    expect(sameSamples([one], [{ ...one, value: 1 + Number.EPSILON }], true)).toBe(true);
    expect(sameSamples([one], [{ ...one, value: 1 + 2 * Number.EPSILON }], true)).toBe(false);
    expect(sameAlerts([{ labels: {}, annotations: {} }], [])).toBe(false);
  });
});
