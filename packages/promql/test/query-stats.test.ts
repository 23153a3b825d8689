import { describe, expect, it } from 'vitest';
import { arraySource, Engine } from '../src/index.ts';

/** A sample every 10 s from 0 to 1000 s: one series of `one`, three of `three`. */
function columns(labels: Record<string, string>) {
  const times = Float64Array.from({ length: 101 }, (_, i) => i * 10_000);
  return { labels, times, values: times.map((_, i) => i + 1) };
}
const source = arraySource([
  columns({ __name__: 'one' }),
  ...['1', '2', '3'].map((a) => columns({ __name__: 'three', a })),
]);
const engine = new Engine();

/** Numbers of Prometheus' own test, `promql/engine_test.go`, TestQueryStatistics. */
describe('samples touched, as Prometheus counts them', () => {
  it.each([
    ['one', 21, 1],
    ['timestamp(one)', 21, 1],
    ['three', 21, 3],
    ['one[60s]', 201, 6],
    ['three[60s]', 201, 18],
    ['one[60s] offset 10s', 201, 6],
    ['sum_over_time(one[60s])', 201, 6],
    ['max_over_time(three[60s])', 201, 18],
    ['max_over_time(one[60s])[20s:5s]', 201, 24],
    ['max_over_time(three[60s])[20s:5s]', 201, 72],
    ['sum(max_over_time(three[60s])) + sum(max_over_time(three[60s]))', 201, 36],
    ['"text"', 201, 0],
  ])('of %s at %d s: %d', async (query, seconds, samples) => {
    const { stats } = await engine.instant(source, query, seconds * 1000);
    expect(stats.samplesTouched).toBe(samples);
  });

  it.each([
    ['one', 4],
    ['three', 12],
    ['max_over_time(one[60s])', 24],
    ['max_over_time(one[60s] @ 30)', 16],
  ])('of %s from 201 s to 220 s every 5 s: %d', async (query, samples) => {
    const range = { start: 201_000, end: 220_000, step: 5000 };
    const { stats } = await engine.range(source, query, range);
    expect(stats.samplesTouched).toBe(samples);
    expect(stats.peakSamples).toBeGreaterThanOrEqual(4);
  });
});
