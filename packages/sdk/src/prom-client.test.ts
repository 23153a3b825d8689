import { spawnSync } from 'node:child_process';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Registry } from 'prom-client';
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

  it('is left alone as a whole when the name it has already is not our first', () => {
    const registry = new Registry();
    new Counter({ name: 'ml_feedback_total', help: 'x', registers: [registry] });
    expect(monitor({ model: 'm', version: '1' }).registerInto(registry)).toBe(false);
    expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(['ml_feedback_total']);
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

describe('the workers of a cluster', () => {
  /** A worker's figures after ten labels, `right` of which agree with their prediction. */
  async function worker(right: number) {
    const registry = new Registry();
    const feedback = { window: 10, minimum: 1 };
    const m = monitor({
      ...{ model: 'spam', version: '1', feedback, processMetrics: true, clock: () => 6e4 },
      monotonic: () => 0,
    });
    const predict = m.wrap((id: number) => id, {
      observe: (id) => ({ prediction: 'spam', confidence: 0.5, requestId: `${id}` }),
    });
    for (let id = 0; id < 10; id += 1) {
      predict(id);
      m.feedback({ requestId: `${id}`, label: id < right ? 'spam' : 'ham' });
    }
    m.wrap(() => new Promise(() => {}))();
    m.registerInto(registry);
    return registry.getMetricsAsJSON();
  }

  it('become one process: counts are added up, shares are averaged, starts are left out', async () => {
    const workers = [await worker(9), await worker(8), await worker(10)];
    const text = await AggregatorRegistry.aggregate(workers).metrics();
    const all = new Map(samples(text).map((line) => line.split(/ (?=\S+$)/) as [string, string]));
    const endpoint = 'endpoint="/predict",model_name="spam"';
    const segment = 'model_name="spam",segment="ground_truth_sample"';
    const expected: Record<string, number> = {
      [`ml_requests_total{${endpoint},model_version="1"}`]: 33,
      [`ml_request_duration_seconds_count{${endpoint}}`]: 30,
      [`ml_request_duration_seconds_bucket{${endpoint.replace(',', ',le="0.01",')}}`]: 30,
      'ml_requests_in_progress{model_name="spam"}': 3,
      'ml_throughput_requests_per_second{model_name="spam"}': 33 / 60,
      'ml_predictions_by_class{model_name="spam",predicted_class="spam"}': 30,
      'ml_prediction_confidence_sum{model_name="spam"}': 15,
      [`ml_accuracy_samples{${segment}}`]: 30,
      [`ml_accuracy_by_segment{${segment}}`]: 0.9,
      'ml_feedback_total{model_name="spam",result="incorrect"}': 3,
    };
    for (const [series, value] of Object.entries(expected)) {
      expect([series, Number(all.get(series))]).toEqual([series, expect.closeTo(value, 12)]);
    }
    expect(Number(all.get('process_resident_memory_bytes{}'))).toBeGreaterThan(1e6);
    expect(all.has('process_start_time_seconds{}')).toBe(false);
  });

  it('treat process metrics as prom-client treats its own of the same name', () => {
    const theirs = new Registry();
    collectDefaultMetrics({ register: theirs });
    const ours = monitor({ model: 'm', version: '1', processMetrics: true }).families;
    const pairs = ours.flatMap(({ aggregation, name }) => {
      const known = theirs.getSingleMetric(name) as { aggregator?: string } | undefined;
      return known === undefined ? [] : [[name, aggregation, known.aggregator ?? 'sum']];
    });
    expect(pairs.length).toBeGreaterThanOrEqual(6);
    for (const [, own, other] of pairs) expect(own).toBe(other);
    theirs.clear();
  });
});

describe('the text of a prom-client registry', () => {
  it('is appended with its own process metrics in the place of ours, and each series once', async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const m = used('spam', true);
    used('phishing').registerInto(registry);
    m.registerInto(registry);
    const append = await registry.metrics();
    const text = m.expose({ append });
    const types = text.match(/^# TYPE \S+/gm) ?? [];
    expect(new Set(types).size).toBe(types.length);
    const series = samples(text).map((line) => line.replace(/ \S+$/, ''));
    expect(new Set(series).size).toBe(series.length);
    expect(series.sort()).toEqual(
      samples(append)
        .map((line) => line.replace(/ \S+$/, ''))
        .sort(),
    );
    registry.clear();
  });

  it('does not empty ours when it was not waited for', () => {
    const errors: unknown[] = [];
    const m = monitor({ model: 'm', version: '1', onError: (error) => errors.push(error) });
    const append = new Registry().metrics();
    expect(m.expose({ append } as never)).toContain('ml_requests_in_progress{model_name="m"} 0');
    expect(String(errors[0])).toContain('needs await');
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

  const ways: Record<string, () => string | Promise<string>> = {
    alone: () => used('spam', true).expose(),
    'through prom-client': () => {
      const registry = new Registry();
      used('spam', true).registerInto(registry);
      return registry.metrics();
    },
    'before the default metrics of prom-client': async () => {
      const registry = new Registry();
      collectDefaultMetrics({ register: registry });
      const append = await registry.metrics();
      registry.clear();
      // What promtool says of prom-client's own names is prom-client's matter.
      const named = append.replaceAll(/^.*nodejs_(?:active|gc|version).*\n?/gm, '');
      return used('spam', true).expose({ append: named });
    },
    'before the text of another monitor': () =>
      used('spam', true).expose({ append: used('phishing', true).expose() }),
  };

  it.each(Object.keys(ways))('accepts our text, %s', async (way) => {
    const input = await ways[way]!();
    const { stderr, stdout } = spawnSync(PROMTOOL, ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    const complaints = (stdout + stderr).split('\n').filter((line) => line !== '');
    expect(complaints.sort()).toEqual(contract);
  });
});
