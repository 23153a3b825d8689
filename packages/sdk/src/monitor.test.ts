import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposeAll, type Monitor, monitor } from './monitor.ts';
import type { MonitorOptions } from './options.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

/** A monitor on a clock that stands still until it is moved. */
function watch(options: Partial<MonitorOptions> = {}) {
  const time = { now: NOON, monotonic: 0 };
  const m = monitor({
    ...{ model: 'spam', version: '3' },
    ...{ clock: () => time.now, monotonic: () => time.monotonic },
    ...options,
  });
  return { m, time };
}

function sample(m: Monitor, series: string): number | undefined {
  const line = m
    .expose()
    .split('\n')
    .find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('a watched function', () => {
  it('passes its arguments, its this and its result', async () => {
    const { m } = watch();
    const model = {
      bias: 2,
      sync: m.wrap(function (this: { bias: number }, a: number, b: number) {
        return this.bias + a + b;
      }),
      async: m.wrap(async (text: string) => text.length),
    };
    expect(model.sync(3, 4)).toBe(9);
    expect(await model.async('four')).toBe(4);
  });

  it('is counted when it starts and timed when it succeeds', async () => {
    const { m, time } = watch();
    let finish = () => {};
    const predict = m.wrap(() => new Promise<void>((resolve) => (finish = resolve)));
    const answer = predict();
    const labels = 'model_name="spam",model_version="3",endpoint="/predict"';
    expect(sample(m, `ml_requests_total{${labels}}`)).toBe(1);
    expect(sample(m, 'ml_requests_in_progress{model_name="spam"}')).toBe(1);
    time.monotonic = 250;
    finish();
    await answer;
    const duration = 'ml_request_duration_seconds';
    const of = 'model_name="spam",endpoint="/predict"';
    expect(sample(m, 'ml_requests_in_progress{model_name="spam"}')).toBe(0);
    expect(sample(m, `${duration}_sum{${of}}`)).toBe(0.25);
    expect(sample(m, `${duration}_bucket{${of},le="0.1"}`)).toBe(0);
    expect(sample(m, `${duration}_bucket{${of},le="0.5"}`)).toBe(1);
    expect(m.latency()).toMatchObject({ p50: 0.25, p99: 0.25, count: 1 });
  });

  it('throws its own errors unchanged, counts them by class and does not time them', async () => {
    const { m } = watch();
    const failure = new RangeError('too long');
    const sync = m.wrap(() => {
      throw failure;
    });
    const async = m.wrap(() => Promise.reject(failure), { endpoint: '/later' });
    expect(sync).toThrow(failure);
    await expect(async()).rejects.toBe(failure);
    const error = (endpoint: string) =>
      sample(
        m,
        `ml_errors_total{model_name="spam",endpoint="${endpoint}",error_type="RangeError"}`,
      );
    expect([error('/predict'), error('/later')]).toEqual([1, 1]);
    expect(sample(m, 'ml_requests_in_progress{model_name="spam"}')).toBe(0);
    const timed = 'ml_request_duration_seconds_count{model_name="spam",endpoint="/predict"}';
    expect(sample(m, timed)).toBe(0);
  });

  it('leaves the gauge at 0 however calls overlap and end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('return', 'throw', 'resolve', 'reject'), { maxLength: 50 }),
        fc.scheduler(),
        async (ends, scheduler) => {
          const { m } = watch();
          const predict = m.wrap((end: string): unknown => {
            if (end === 'return') return end;
            if (end === 'throw') throw new Error(end);
            return scheduler.schedule(Promise.resolve()).then(() => {
              if (end === 'reject') throw new Error(end);
            });
          });
          const calls = ends.map(async (end) => predict(end));
          await scheduler.waitAll();
          await Promise.allSettled(calls);
          expect(sample(m, 'ml_requests_in_progress{model_name="spam"}')).toBe(0);
          const labels = 'model_name="spam",model_version="3",endpoint="/predict"';
          expect(sample(m, `ml_requests_total{${labels}}`)).toBe(ends.length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('says what observe makes of an answer', () => {
    const { m } = watch({ features: { text_length: { buckets: [10, 100] } } });
    const predict = m.wrap((text: string) => ({ label: 'spam', p: text.length / 100 }), {
      observe: (result, text) => ({
        ...{ prediction: result.label, confidence: result.p },
        features: { text_length: text.length, shouting: text === text.toUpperCase() },
      }),
    });
    predict('x'.repeat(70));
    predict('x'.repeat(69));
    expect(sample(m, 'ml_predictions_by_class{model_name="spam",predicted_class="spam"}')).toBe(2);
    const low = 'ml_low_confidence_predictions{model_name="spam",threshold="0.7"}';
    expect(sample(m, low)).toBe(1);
    expect(sample(m, 'ml_prediction_confidence_bucket{model_name="spam",le="0.7"}')).toBe(2);
    expect(sample(m, 'ml_prediction_confidence_bucket{model_name="spam",le="0.6"}')).toBe(0);
    const length = 'model_name="spam",feature_name="text_length"';
    expect(sample(m, `ml_feature_value_bucket{${length},le="10"}`)).toBe(0);
    expect(sample(m, `ml_feature_value_sum{${length}}`)).toBe(139);
    const shouting = 'ml_feature_value_sum{model_name="spam",feature_name="shouting"}';
    expect(sample(m, shouting)).toBe(0);
  });
});

describe('throughput', () => {
  it('falls to 0 in the exposition when traffic stops', () => {
    const { m, time } = watch();
    const predict = m.wrap(() => 1);
    for (let call = 0; call < 120; call += 1) predict();
    const throughput = 'ml_throughput_requests_per_second{model_name="spam"}';
    expect(sample(m, throughput)).toBe(2);
    time.now += 61_000;
    expect(sample(m, throughput)).toBe(0);
  });
});

describe('failures before the model is reached', () => {
  it('count as requests and as errors', () => {
    const { m } = watch();
    m.error('/predict', new SyntaxError('bad JSON'));
    const labels = 'model_name="spam",model_version="3",endpoint="/predict"';
    expect(sample(m, `ml_requests_total{${labels}}`)).toBe(1);
    const error = 'model_name="spam",endpoint="/predict",error_type="SyntaxError"';
    expect(sample(m, `ml_errors_total{${error}}`)).toBe(1);
    expect(sample(m, 'ml_requests_in_progress{model_name="spam"}')).toBe(0);
  });
});

describe('accuracy', () => {
  const overall = 'ml_accuracy_by_segment{model_name="spam",segment="ground_truth_sample"}';
  const samples = 'ml_accuracy_samples{model_name="spam",segment="ground_truth_sample"}';

  it('is absent until 100 labels came, and then the share of the last 100', () => {
    const { m } = watch();
    for (let id = 0; id < 150; id += 1) m.observe({ prediction: 'spam', requestId: String(id) });
    const label = (id: number) =>
      m.feedback({ requestId: String(id), label: id < 50 ? 'ham' : 'spam' });
    for (let id = 0; id < 99; id += 1) label(id);
    expect(sample(m, overall)).toBeUndefined();
    expect(sample(m, samples)).toBe(99);
    label(99);
    expect(sample(m, overall)).toBe(0.5);
    for (let id = 100; id < 150; id += 1) label(id);
    expect(sample(m, overall)).toBe(1);
    expect(sample(m, samples)).toBe(100);
  });

  it('is given per segment, each with its own number of labels', () => {
    const { m } = watch({ feedback: { segmentMinimum: 2 } });
    for (const [id, segment] of ['html', 'html', 'plain'].entries()) {
      m.observe({ prediction: true, requestId: `${id}`, segment });
      m.feedback({ requestId: `${id}`, label: id === 0 });
    }
    const of = (segment: string) => `{model_name="spam",segment="${segment}"}`;
    expect(sample(m, `ml_accuracy_by_segment${of('html')}`)).toBe(0.5);
    expect(sample(m, `ml_accuracy_by_segment${of('plain')}`)).toBeUndefined();
    expect(sample(m, `ml_accuracy_samples${of('plain')}`)).toBe(1);
  });

  it('counts labels that come twice or for nobody, without judging by them', () => {
    const { m } = watch();
    m.observe({ prediction: 'spam', requestId: '1' });
    const results = ['1', '1', '2'].map((requestId) => m.feedback({ requestId, label: 'spam' }));
    expect(results).toEqual(['correct', 'duplicate', 'unknown_request']);
    expect(sample(m, 'ml_feedback_total{model_name="spam",result="duplicate"}')).toBe(1);
    expect(sample(m, 'ml_feedback_total{model_name="spam",result="incorrect"}')).toBe(0);
    expect(sample(m, samples)).toBe(1);
  });
});

describe('the host', () => {
  it('never sees a failure of the monitoring, which is counted and reported once', () => {
    const reports: string[] = [];
    const { m } = watch({
      ...{ clock: () => Number(undefined), monotonic: () => Number.NaN },
      errorType: () => {
        throw new Error('errorType');
      },
      onError: (error, where) => {
        reports.push(`${where}: ${String(error)}`);
        throw new Error('onError');
      },
    });
    const predict = m.wrap((n: number) => 10 / n, {
      observe: () => {
        throw new Error('observe');
      },
    });
    expect([predict(2), predict(5)]).toEqual([5, 2]);
    m.error('/predict', new Error('x'));
    m.observe({ confidence: Number.NaN, features: { a: Number.POSITIVE_INFINITY } });
    expect(m.feedback(undefined as never)).toBe('unknown_request');
    expect(reports.map((report) => report.split(':')[0])).toEqual([
      ...['observe', 'errorType', 'confidence', 'feature', 'feedback'],
    ]);
    expect(sample(m, 'ml_sdk_internal_errors_total{model_name="spam",where="observe"}')).toBe(2);
    const unknown = 'model_name="spam",endpoint="/predict",error_type="unknown"';
    expect(sample(m, `ml_errors_total{${unknown}}`)).toBe(1);
    expect(sample(m, 'ml_prediction_confidence_sum{model_name="spam"}')).toBe(0);
  });

  it('is safe when the clocks throw', () => {
    const broken = () => {
      throw new Error('no clock');
    };
    const { m } = watch({ clock: broken, monotonic: broken });
    expect(m.wrap(() => 'answer')()).toBe('answer');
    expect(sample(m, 'ml_requests_in_progress{model_name="spam"}')).toBe(0);
    expect(sample(m, 'ml_throughput_requests_per_second{model_name="spam"}')).toBeUndefined();
  });

  it('keeps its memory when a label takes a new value with every request', () => {
    const { m } = watch({ maxSeries: 5 });
    for (let n = 0; n < 1000; n += 1) m.observe({ prediction: `class ${n}`, segment: `${n}` });
    const classes = m.expose().match(/^ml_predictions_by_class\{/gm);
    expect(classes).toHaveLength(6);
    const other = 'ml_predictions_by_class{model_name="spam",predicted_class="other"}';
    expect(sample(m, other)).toBe(995);
    const overflow = 'model_name="spam",metric="ml_predictions_by_class"';
    expect(sample(m, `ml_sdk_series_overflow_total{${overflow}}`)).toBe(995);
  });
});

describe('several monitors of one process', () => {
  it('share one text in which every name has one header', () => {
    const monitors = ['a', 'b'].map((model) =>
      monitor({ model, version: '1', processMetrics: true }),
    );
    for (const m of monitors) m.wrap(() => 1)();
    const text = exposeAll(monitors);
    const types = text.match(/^# TYPE \S+/gm) ?? [];
    expect(new Set(types).size).toBe(types.length);
    expect(text.match(/^ml_requests_total\{/gm)).toHaveLength(2);
    expect(text.match(/^process_cpu_seconds_total /gm)).toHaveLength(1);
  });
});
