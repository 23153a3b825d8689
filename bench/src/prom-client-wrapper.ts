import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const MODEL = 'bench';
const ENDPOINT = '/predict';

export interface Answer {
  readonly label: string;
  readonly confidence: number;
}

/**
 * What a careful user of prom-client would write to get the metrics of our `wrap`: the same names,
 * labels and buckets, label objects made once. Throughput, the latency window, and predictions that
 * wait for labels are left out, to prom-client's advantage.
 */
export class PromClientWrapper {
  readonly register = new Registry();
  readonly #requests = new Counter({
    ...{ name: 'ml_requests_total', help: 'r', registers: [this.register] },
    labelNames: ['model_name', 'endpoint', 'model_version'],
  });
  readonly #errors = new Counter({
    ...{ name: 'ml_errors_total', help: 'e', registers: [this.register] },
    labelNames: ['model_name', 'endpoint', 'error_type'],
  });
  readonly #duration = new Histogram({
    ...{ name: 'ml_request_duration_seconds', help: 'd', registers: [this.register] },
    labelNames: ['model_name', 'endpoint'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10],
  });
  readonly #inProgress = new Gauge({
    ...{ name: 'ml_requests_in_progress', help: 'p', registers: [this.register] },
    labelNames: ['model_name'],
  });
  readonly #predictions = new Counter({
    ...{ name: 'ml_predictions_by_class', help: 'c', registers: [this.register] },
    labelNames: ['model_name', 'predicted_class'],
  });
  readonly #confidence = new Histogram({
    ...{ name: 'ml_prediction_confidence', help: 'c', registers: [this.register] },
    labelNames: ['model_name'],
    buckets: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  });
  readonly #lowConfidence = new Counter({
    ...{ name: 'ml_low_confidence_predictions', help: 'l', registers: [this.register] },
    labelNames: ['model_name', 'threshold'],
  });
  readonly #features: Histogram<'model_name' | 'feature_name'>;
  readonly #model = { model_name: MODEL };
  readonly #endpoint = { model_name: MODEL, endpoint: ENDPOINT };
  readonly #call = { model_name: MODEL, endpoint: ENDPOINT, model_version: '1' };
  readonly #threshold = { model_name: MODEL, threshold: '0.7' };

  constructor(featureBuckets: number[]) {
    this.#features = new Histogram({
      ...{ name: 'ml_feature_value', help: 'f', registers: [this.register] },
      labelNames: ['model_name', 'feature_name'],
      buckets: featureBuckets,
    });
  }

  observePrediction(label: string): void {
    this.#predictions.inc({ model_name: MODEL, predicted_class: label });
  }

  observeFeature(name: string, value: number): void {
    this.#features.observe({ model_name: MODEL, feature_name: name }, value);
  }

  observe({ confidence, label }: Answer, features: Readonly<Record<string, number>>): void {
    this.observePrediction(label);
    this.#confidence.observe(this.#model, confidence);
    if (confidence < 0.7) this.#lowConfidence.inc(this.#threshold);
    for (const name in features) this.observeFeature(name, features[name]!);
  }

  wrap<Args extends unknown[], Result>(
    fn: (...args: Args) => Result,
    observe?: (result: Result, ...args: Args) => void,
  ): (...args: Args) => Result {
    return (...args) => {
      const started = this.#begin();
      try {
        const result = fn(...args);
        this.#duration.observe(this.#endpoint, (performance.now() - started) / 1000);
        observe?.(result, ...args);
        return result;
      } catch (error) {
        this.#fail(error);
        throw error;
      } finally {
        this.#inProgress.dec(this.#model);
      }
    };
  }

  wrapAsync<Args extends unknown[], Result>(
    fn: (...args: Args) => Promise<Result>,
    observe?: (result: Result, ...args: Args) => void,
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      const started = this.#begin();
      try {
        const result = await fn(...args);
        this.#duration.observe(this.#endpoint, (performance.now() - started) / 1000);
        observe?.(result, ...args);
        return result;
      } catch (error) {
        this.#fail(error);
        throw error;
      } finally {
        this.#inProgress.dec(this.#model);
      }
    };
  }

  #begin(): number {
    this.#requests.inc(this.#call);
    this.#inProgress.inc(this.#model);
    return performance.now();
  }

  #fail(error: unknown): void {
    const error_type = error instanceof Error ? error.name : typeof error;
    this.#errors.inc({ ...this.#endpoint, error_type });
  }
}
