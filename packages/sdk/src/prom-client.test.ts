import { spawnSync } from 'node:child_process';
import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { type Monitor, monitor } from './monitor.ts';

function used(model: string, processMetrics = false): Monitor {
  const m = monitor({ model, version: '1', processMetrics, monotonic: () => 0, clock: () => 0 });
  const predict = m.wrap((text: string) => text.length, {
    observe: (length) => ({ prediction: 'a "b"\n\\', confidence: 0.5, features: { length } }),
  });
  predict('hello');
  m.error('/predict', new TypeError('x'));
  return m;
}

/** Sample lines as a set of sorted label pairs, since prom-client writes `le` first. */
function samples(text: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const pairs = labels.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? [];
    return `${name}{${pairs.sort().join()}} ${value}`;
  });
}

describe('a prom-client registry', () => {
  it('has every series of ours beside its own', async () => {
    const m = used('spam');
    const registry = new Registry();
    new Counter({ name: 'theirs_total', help: 'x', registers: [registry] }).inc();
    expect(m.registerInto(registry)).toBe(true);
    const text = await registry.metrics();
    expect(samples(text).sort()).toEqual([...samples(m.expose()), 'theirs_total{} 1'].sort());
    expect(text).toContain('# TYPE ml_request_duration_seconds histogram');
    registry.resetMetrics();
    expect(samples(await registry.metrics())).toEqual(expect.arrayContaining(samples(m.expose())));
  });

  it('takes several monitors, and its own process metrics go before ours', async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const monitors = [used('a', true), used('b', true)];
    expect(monitors.map((m) => m.registerInto(registry))).toEqual([true, true]);
    const text = await registry.metrics();
    expect(text.match(/^process_cpu_seconds_total /gm)).toHaveLength(1);
    expect(text.match(/^ml_requests_total\{/gm)).toHaveLength(2);
    registry.clear();
  });

  it('is left alone when it has a metric of our name already', () => {
    const registry = new Registry();
    new Counter({ name: 'ml_requests_total', help: 'x', registers: [registry] });
    const errors: unknown[] = [];
    const m = monitor({ model: 'm', version: '1', onError: (error) => errors.push(error) });
    expect(m.registerInto(registry)).toBe(false);
    expect(String(errors[0])).toContain('already has a metric named ml_requests_total');
  });

  it('can be read as OpenMetrics, whose counters all end in _total', async () => {
    const registry = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    used('spam').registerInto(registry as unknown as Registry);
    const text = await (registry as unknown as Registry).metrics();
    expect(text).toContain('ml_predictions_by_class_total{');
    expect(text).toContain('ml_requests_total{');
  });
});

/** Debian's package `prometheus` has it; where it is missing, these tests are skipped. */
const PROMTOOL = 'promtool';
const installed = spawnSync(PROMTOOL, ['--version']).status === 0;

describe.skipIf(!installed)('promtool check metrics', () => {
  /** The contract's names, taken as they are: what promtool would have called otherwise. */
  const contract = [
    'ml_low_confidence_predictions counter metrics should have "_total" suffix',
    'ml_predictions_by_class counter metrics should have "_total" suffix',
  ];

  it.each(['alone', 'through prom-client'])('accepts our text, %s', async (way) => {
    const m = used('spam', true);
    const registry = new Registry();
    m.registerInto(registry);
    const input = way === 'alone' ? m.expose() : await registry.metrics();
    const { stderr, stdout } = spawnSync(PROMTOOL, ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    const complaints = (stdout + stderr).split('\n').filter((line) => line !== '');
    expect(complaints.sort()).toEqual(contract);
  });
});
