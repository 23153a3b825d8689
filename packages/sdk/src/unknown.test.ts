import { describe, expect, it } from 'vitest';
import { type Monitor, monitor } from './monitor.ts';

/** A monitor that shows an accuracy from the first label on, and where it met what it could not use. */
function watch() {
  const reported: string[] = [];
  const m = monitor({
    ...{ model: 'spam', version: '1', feedback: { window: 5, minimum: 1, segmentMinimum: 1 } },
    onError: (error, where) => reported.push(`${where}: ${(error as Error).message}`),
  });
  return { m, reported };
}

const lines = (m: Monitor, family: string): string[] =>
  m
    .expose()
    .split('\n')
    .filter((line) => line.startsWith(family));

const nothing: readonly unknown[] = [undefined, null, ''];
const unfit: readonly unknown[] = [Number.NaN, Infinity, [], ['spam'], {}, Symbol('s'), () => 1];

describe('what is unknown', () => {
  it.each(nothing)('is no class, no confidence, no feature and no segment: %j', (value) => {
    const { m, reported } = watch();
    const features = { age: value, size: 4 };
    m.observe({ prediction: value, confidence: value, features, requestId: 'r' } as never);
    expect(lines(m, 'ml_predictions_by_class')).toEqual([]);
    expect(lines(m, 'ml_prediction_confidence_count')).toEqual([
      'ml_prediction_confidence_count{model_name="spam"} 0',
    ]);
    expect(lines(m, 'ml_feature_value_count')).toEqual([
      'ml_feature_value_count{model_name="spam",feature_name="size"} 1',
    ]);
    expect(m.feedback({ requestId: 'r', label: 'spam' })).toBe('unknown_request');
    m.observe({ prediction: 'spam', requestId: 's', segment: value } as never);
    expect(m.feedback({ requestId: 's', label: 'spam' })).toBe('correct');
    expect(lines(m, 'ml_accuracy_by_segment')).toEqual([
      'ml_accuracy_by_segment{model_name="spam",segment="ground_truth_sample"} 1',
    ]);
    expect(reported).toEqual([]);
  });

  it.each([...nothing, ...unfit])(
    'leaves a prediction waiting when it is its label: %s',
    (label) => {
      const { m } = watch();
      m.observe({ prediction: 'spam', requestId: 'r' });
      expect(m.feedback({ requestId: 'r', label } as never)).toBe('unknown_label');
      expect(lines(m, 'ml_accuracy_by_segment')).toEqual([]);
      expect(m.feedback({ requestId: 'r', label: 'spam' })).toBe('correct');
      expect(lines(m, 'ml_feedback_total')).toEqual([
        'ml_feedback_total{model_name="spam",result="correct"} 1',
        'ml_feedback_total{model_name="spam",result="incorrect"} 0',
        'ml_feedback_total{model_name="spam",result="unknown_request"} 0',
        'ml_feedback_total{model_name="spam",result="unknown_label"} 1',
        'ml_feedback_total{model_name="spam",result="duplicate"} 0',
      ]);
    },
  );

  it.each(nothing)('joins no request with another when it is their id: %j', (requestId) => {
    const { m } = watch();
    m.observe({ prediction: 'spam', requestId } as never);
    expect(m.feedback({ requestId, label: 'spam' } as never)).toBe('unknown_request');
  });
});

describe('what says nothing', () => {
  it.each(unfit)('is reported, and neither a class nor a number: %s', (value) => {
    const { m, reported } = watch();
    const features = { age: value, size: 4 };
    m.observe({ prediction: value, confidence: value, features, requestId: 'r' } as never);
    expect(lines(m, 'ml_predictions_by_class')).toEqual([]);
    expect(lines(m, 'ml_prediction_confidence_sum')).toEqual([
      'ml_prediction_confidence_sum{model_name="spam"} 0',
    ]);
    expect(lines(m, 'ml_feature_value_sum')).toEqual([
      'ml_feature_value_sum{model_name="spam",feature_name="size"} 4',
    ]);
    const places = reported.map((report) => report.split(':')[0]);
    expect(places).toEqual(['prediction', 'confidence', 'feature']);
  });

  it('takes nothing else with it when it throws as it is read', () => {
    const { m, reported } = watch();
    const features = {
      get age(): number {
        throw new Error('no age');
      },
      size: 4,
    };
    m.observe({ prediction: 'spam', confidence: 0.9, features, requestId: 'r' });
    expect(lines(m, 'ml_feature_value_sum')).toEqual([
      'ml_feature_value_sum{model_name="spam",feature_name="size"} 4',
    ]);
    expect(m.feedback({ requestId: 'r', label: 'spam' })).toBe('correct');
    expect(reported).toEqual(['feature: no age']);
  });
});

describe('what is known', () => {
  it('is one class as a number, as a big one and as its text', () => {
    const { m } = watch();
    for (const prediction of [7, 7n, '7', 0, -0, 0n, false]) m.observe({ prediction });
    expect(lines(m, 'ml_predictions_by_class')).toEqual([
      'ml_predictions_by_class{model_name="spam",predicted_class="7"} 3',
      'ml_predictions_by_class{model_name="spam",predicted_class="0"} 3',
      'ml_predictions_by_class{model_name="spam",predicted_class="false"} 1',
    ]);
    m.observe({ prediction: 7, requestId: 12 });
    expect(m.feedback({ requestId: '12', label: '7' })).toBe('correct');
  });

  it('is a feature under any name, also one that objects have', () => {
    const { m } = watch();
    m.observe({ features: JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3}') });
    expect(lines(m, 'ml_feature_value_sum')).toEqual([
      'ml_feature_value_sum{model_name="spam",feature_name="__proto__"} 1',
      'ml_feature_value_sum{model_name="spam",feature_name="constructor"} 2',
      'ml_feature_value_sum{model_name="spam",feature_name="toString"} 3',
    ]);
  });

  it('is not kept for a label when it is a book, so that thousands of them fit', () => {
    const { m, reported } = watch();
    const book = 'x'.repeat(100_000);
    m.observe({ prediction: book, requestId: 'r' });
    m.observe({ prediction: 'spam', requestId: book });
    expect(m.feedback({ requestId: 'r', label: book })).toBe('unknown_request');
    expect(reported).toEqual([
      'requestId: requestId or prediction has more than 1024 characters: no label can be joined',
    ]);
  });
});

describe('a model', () => {
  it('is watched whatever its options are', () => {
    const m = monitor({
      ...{ model: 5, version: undefined, lowConfidence: Number.NaN, clock: null, maxSeries: '3' },
      ...{ features: { a: null, b: { buckets: 'x' } }, latencyBuckets: null, latencyWindow: 1e15 },
      feedback: null,
    } as never);
    m.wrap(() => 1, null as never)();
    m.observe({ confidence: 0.69, features: { a: 1, b: 1 } });
    expect(lines(m, 'ml_requests_total')).toEqual([
      'ml_requests_total{model_name="5",model_version="unknown",endpoint="/predict"} 1',
    ]);
    expect(lines(m, 'ml_low_confidence')).toEqual([
      'ml_low_confidence_predictions{model_name="5",threshold="0.7"} 1',
    ]);
    expect(lines(m, 'ml_feature_value_bucket').length).toBe(40);
  });
});
