import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Throughput } from './throughput.ts';

const START = Date.UTC(2026, 0, 1);

describe('throughput', () => {
  it('is the number of requests of the last 60 seconds over 60', () => {
    const throughput = new Throughput();
    for (let second = 0; second < 30; second += 1) throughput.record(START + second * 1000);
    expect(throughput.rate(START + 30_000)).toBe(0.5);
  });

  it('falls to 0 when traffic stops, without another request', () => {
    const throughput = new Throughput();
    throughput.record(START);
    expect(throughput.rate(START + 59_000)).toBeCloseTo(1 / 60, 12);
    expect(throughput.rate(START + 61_000)).toBe(0);
    expect(throughput.rate(START + 86_400_000)).toBe(0);
  });

  it('starts anew when the clock jumps to a past day', () => {
    const throughput = new Throughput();
    throughput.record(START);
    expect(throughput.rate(START - 86_400_000)).toBe(0);
    throughput.record(START - 86_400_000);
    expect(throughput.rate(START - 86_400_000)).toBeCloseTo(1 / 60, 12);
  });

  it('keeps its count when the clock steps back by a second', () => {
    const throughput = new Throughput();
    throughput.record(START + 5000);
    throughput.record(START + 4000);
    expect(throughput.rate(START + 5000)).toBeCloseTo(2 / 60, 12);
  });

  it("agrees with document B's list of request times to within the second that slides out", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 0, max: 120_000 }),
        (gaps, wait) => {
          const throughput = new Throughput();
          const times: number[] = [];
          let now = START;
          for (const gap of gaps) {
            now += gap;
            times.push(now);
            throughput.record(now);
          }
          now += wait;
          const within = (seconds: number) =>
            times.filter((time) => time > now - seconds * 1000).length / 60;
          const rate = throughput.rate(now);
          expect(rate).toBeGreaterThanOrEqual(within(59) - 1e-9);
          expect(rate).toBeLessThanOrEqual(within(61) + 1e-9);
        },
      ),
    );
  });
});
