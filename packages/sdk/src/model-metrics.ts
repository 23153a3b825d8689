import type { Family } from './metric/family.ts';
import { cleanBounds, Histogram } from './metric/histogram.ts';
import { Scalar } from './metric/scalar.ts';
import type { Settings } from './options.ts';

const CONFIDENCE_BOUNDS = cleanBounds([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);

/** The metrics that are written while requests are served. */
export interface ModelMetrics {
  readonly requests: Scalar;
  readonly errors: Scalar;
  readonly duration: Histogram;
  readonly inProgress: Scalar;
  readonly predictions: Scalar;
  readonly confidence: Histogram;
  readonly lowConfidence: Scalar;
  readonly features: Histogram;
  readonly feedback: Scalar;
  readonly internalErrors: Scalar;
  readonly overflow: Scalar;
}

/**
 * Makes the metrics of one model. Names, labels and buckets of the first seven are document B's
 * (sections 1 and 2) and are written without any suffix it does not have.
 */
export function createModelMetrics(settings: Settings): ModelMetrics {
  const { maxSeries, model, version } = settings;
  const internal = { fixed: [model], maxSeries, onOverflow: () => {} };
  const overflow = new Scalar({
    ...internal,
    type: 'counter',
    name: 'ml_sdk_series_overflow_total',
    help: 'Times a label value was folded into "other" because its metric has too many series',
    labelNames: ['model_name', 'metric'],
  });
  const common = (name: string) => ({
    name,
    fixed: [model],
    maxSeries,
    onOverflow: () => {
      overflow.series(name).value += 1;
    },
  });
  return {
    requests: new Scalar({
      ...common('ml_requests_total'),
      type: 'counter',
      help: 'Total ML inference requests, failed ones included',
      labelNames: ['model_name', 'model_version', 'endpoint'],
      fixed: [model, version],
    }),
    errors: new Scalar({
      ...common('ml_errors_total'),
      type: 'counter',
      help: 'Total ML inference errors',
      labelNames: ['model_name', 'endpoint', 'error_type'],
    }),
    duration: new Histogram({
      ...common('ml_request_duration_seconds'),
      help: 'ML inference request latency, of requests that succeeded',
      labelNames: ['model_name', 'endpoint'],
      boundsOf: () => settings.latencyBounds,
    }),
    inProgress: new Scalar({
      ...common('ml_requests_in_progress'),
      type: 'gauge',
      help: 'ML inference requests currently being processed',
      labelNames: ['model_name'],
    }),
    predictions: new Scalar({
      ...common('ml_predictions_by_class'),
      type: 'counter',
      help: 'Total predictions by class label',
      labelNames: ['model_name', 'predicted_class'],
    }),
    confidence: new Histogram({
      ...common('ml_prediction_confidence'),
      help: 'Model prediction confidence scores',
      labelNames: ['model_name'],
      boundsOf: () => CONFIDENCE_BOUNDS,
    }),
    lowConfidence: new Scalar({
      ...common('ml_low_confidence_predictions'),
      type: 'counter',
      help: 'Predictions below confidence threshold',
      labelNames: ['model_name', 'threshold'],
    }),
    features: new Histogram({
      ...common('ml_feature_value'),
      help: 'Values of the features the model was given',
      labelNames: ['model_name', 'feature_name'],
      boundsOf: (labels) => settings.featureBounds(labels.values[1] ?? ''),
    }),
    feedback: new Scalar({
      ...common('ml_feedback_total'),
      type: 'counter',
      help: 'True labels received, by what they say about the prediction',
      labelNames: ['model_name', 'result'],
    }),
    internalErrors: new Scalar({
      ...internal,
      type: 'counter',
      name: 'ml_sdk_internal_errors_total',
      help: 'Failures inside the monitoring itself; the model was not affected',
      labelNames: ['model_name', 'where'],
    }),
    overflow,
  };
}

/** The families of a model in the order in which they are exposed. */
export function familiesOf(metrics: ModelMetrics): Family[] {
  return Object.values<Family>({ ...metrics });
}
