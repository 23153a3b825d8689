import { describe, expect, it } from 'vitest';
import { checkLabelLimits } from './check-limits.ts';
import { NO_LIMITS } from './job-settings.ts';

const ofJob = (limits: Partial<typeof NO_LIMITS>): typeof NO_LIMITS => ({
  ...NO_LIMITS,
  ...limits,
});

// The three limits and their words are Prometheus'; that there are some without any in the job is ours, as documented.
describe('the labels of a scraped series', () => {
  it('are limited also where the job sets no limit', () => {
    const check = (labels: Record<string, string>): void => checkLabelLimits(labels, NO_LIMITS);
    const many = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`label_${i}`, 'v']));
    expect(() => check({ __name__: 'up', path: 'x'.repeat(16_384) })).not.toThrow();
    expect(() => check({ __name__: 'up', path: 'x'.repeat(16_385) })).toThrow(
      'label_value_length_limit exceeded (metric: "up", label name: "path", value: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…", length: 16385, limit: 16384)',
    );
    expect(() => check({ ['n'.repeat(1025)]: '' })).toThrow('label_name_length_limit exceeded');
    expect(() => check({ __name__: 'm'.repeat(16_385) })).toThrow('label_value_length_limit');
    expect(() => check(many(256))).not.toThrow();
    expect(() => check(many(257))).toThrow('number of labels: 257, limit: 256');
  });

  it('are as long as they are in UTF-8', () => {
    const limits = ofJob({ labelValueLength: 6 });
    expect(() => checkLabelLimits({ a: 'äöü' }, limits)).not.toThrow();
    expect(() => checkLabelLimits({ a: '€€x' }, limits)).toThrow('length: 7, limit: 6');
  });

  it('may be limited further by the job, and not less', () => {
    expect(() => checkLabelLimits({ a: 'v', b: 'v' }, ofJob({ labels: 1 }))).toThrow('limit: 1)');
    const higher = ofJob({ labelValueLength: 1_000_000 });
    expect(() => checkLabelLimits({ a: 'x'.repeat(20_000) }, higher)).toThrow('limit: 16384');
  });
});
