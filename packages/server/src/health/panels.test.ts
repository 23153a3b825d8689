import { describe, expect, it } from 'vitest';
import { configSchema } from '../config/schema.ts';
import {
  type Ask,
  accuracyPanel,
  errorRatePanel,
  latencyPanel,
  requestRatePanel,
} from './panels.ts';

const objectives = configSchema.parse({}).health.defaults;

/** Answers by the first pattern that an expression contains. */
function answers(table: Record<string, number | null>): Ask {
  return async (expr) => Object.entries(table).find(([part]) => expr.includes(part))?.[1] ?? null;
}

const nothing: Ask = async () => null;

describe('the panels of the health page', () => {
  it('are unknown, not zero and not healthy, when there is no data', async () => {
    for (const panel of [
      await requestRatePanel('m', nothing, nothing),
      await errorRatePanel('m', objectives, nothing),
      await latencyPanel('m', objectives, nothing),
      await accuracyPanel('m', objectives, nothing),
    ]) {
      expect(panel.state).toBe('unknown');
      expect(panel.value).toBeNull();
      expect(panel.reason).not.toBe('');
    }
  });

  it("turn at document B's thresholds: error rate above 2 % yellow, above 5 % red", async () => {
    const at = async (ratio: number) =>
      (await errorRatePanel('m', objectives, answers({ increase: 10, rate: ratio }))).state;
    expect(await at(0.02)).toBe('healthy');
    expect(await at(0.021)).toBe('warning');
    expect(await at(0.05)).toBe('warning');
    expect(await at(0.051)).toBe('critical');
  });

  it('turn latency yellow above its objective and red above twice of it', async () => {
    const at = async (p95: number) =>
      (await latencyPanel('m', objectives, answers({ histogram_quantile: p95 }))).state;
    expect(await at(0.5)).toBe('healthy');
    expect(await at(0.6)).toBe('warning');
    expect(await at(1.01)).toBe('critical');
  });

  it('show accuracy with its sample size and interval, and say when it may be chance', async () => {
    const panel = await accuracyPanel(
      'm',
      objectives,
      answers({ ml_accuracy_samples: 100, ml_accuracy_by_segment: 0.82 }),
    );
    expect(panel).toMatchObject({ state: 'warning', sample: { count: 82, total: 100 } });
    // Wilson interval of 82 of 100.
    expect(panel.interval!.low).toBeCloseTo(0.7333, 3);
    expect(panel.interval!.high).toBeCloseTo(0.883, 3);
    expect(panel.reason).toContain('may still be chance');
  });

  it('keep accuracy without a sample size as a number without an interval', async () => {
    const panel = await accuracyPanel('m', objectives, answers({ ml_accuracy_by_segment: 0.6 }));
    expect(panel).toMatchObject({ state: 'critical', interval: null, sample: { total: null } });
  });

  it('judge the request rate against the usual one', async () => {
    const usual = answers({
      'quantile_over_time(0.05': 2,
      'quantile_over_time(0.5': 4,
      'quantile_over_time(0.95': 6,
    });
    const panel = (rate: number) => requestRatePanel('m', answers({ 'sum(rate': rate }), usual);
    const at = async (rate: number) => (await panel(rate)).state;
    expect(await at(4)).toBe('healthy');
    expect((await panel(4)).reason).toBe('Within what is usual, 2 req/s to 6 req/s.');
    expect((await panel(7)).reason).toBe('Not far from what is usual, 2 req/s to 6 req/s.');
    expect(await at(0.9)).toBe('warning');
    expect(await at(12.5)).toBe('warning');
    expect(await at(0)).toBe('critical');
  });

  it('quote a model name that is no plain word', async () => {
    const { expr } = await latencyPanel('a"b\\c', objectives, nothing);
    expect(expr).toContain('model_name="a\\"b\\\\c"');
  });
});
