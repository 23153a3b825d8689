import { errorTypeOf } from './error-type.ts';
import { Guard } from './guard.ts';
import { type MetricsHandler, metricsHandler } from './http-handler.ts';
import { type LatencySummary, LatencyWindow } from './latency-window.ts';
import { Computed } from './metric/computed.ts';
import { CONTENT_TYPE, type ExposeOptions, render } from './metric/exposition.ts';
import type { Family } from './metric/family.ts';
import { labelSet } from './metric/labels.ts';
import { createModelMetrics, familiesOf } from './model-metrics.ts';
import { type MonitorOptions, settingsOf } from './options.ts';
import type { FeedbackResult } from './pending-predictions.ts';
import { processFamilies } from './process-metrics.ts';
import { type PromClientRegistry, registerFamilies } from './prom-client.ts';
import { type Feedback, type Observation, Quality } from './quality.ts';
import { Throughput } from './throughput.ts';
import { type CallContext, Endpoint, type WrapOptions, wrapFunction } from './wrap.ts';

/** Watches one model. No method throws, whatever it is given; what fails inside is counted. */
export interface Monitor {
  /** Media type of `expose`. */
  readonly contentType: string;
  /** All metrics of this model, and of the process when asked for. */
  readonly families: readonly Family[];
  /**
   * Watches a function, synchronous or not: requests, errors, duration, requests in progress,
   * throughput, and what `observe` says of each answer. A request is counted when it starts, failed
   * ones too; its duration only when it succeeds, as document B has it.
   */
  wrap<This, Args extends unknown[], Result>(
    fn: (this: This, ...args: Args) => Result,
    options?: WrapOptions<Awaited<Result>, Args>,
  ): (this: This, ...args: Args) => Result;
  /** Counts a request that failed before the wrapped function was reached. */
  error(endpoint: string, error: unknown): void;
  /** Counts an answer of a function that is not wrapped, or is in another place than its result. */
  observe(observation: Observation): void;
  /** Takes in a true label: late, twice or for an unknown request. */
  feedback(feedback: Feedback): FeedbackResult;
  /** Percentiles of the last successful calls in seconds, exact; null before the first one. */
  latency(): LatencySummary | null;
  /** The metrics in the Prometheus text format 0.0.4. */
  expose(options?: ExposeOptions): string;
  /** Serves `expose` over HTTP, compressed when the client takes it. */
  readonly handler: MetricsHandler;
  /** Makes the metrics readable through a prom-client registry. Returns whether that went well. */
  registerInto(registry: PromClientRegistry): boolean;
}

/**
 * Starts watching a model.
 *
 * @example
 * const spam = monitor({ model: 'mail_spam', version: '1' });
 * const predict = spam.wrap(classify, { observe: (r) => ({ prediction: r.label, confidence: r.p }) });
 */
export function monitor(options: MonitorOptions): Monitor {
  const settings = settingsOf(options);
  const clock = options.clock ?? Date.now;
  const monotonic = options.monotonic ?? (() => performance.now());
  const errorType = options.errorType ?? errorTypeOf;
  const metrics = createModelMetrics(settings);
  const guard = new Guard(metrics.internalErrors, options.onError);
  const quality = new Quality(settings, metrics, guard);
  const latency = new LatencyWindow(settings.latencyWindow);
  const throughput = new Throughput();
  const modelLabels = labelSet(['model_name'], [settings.model]);
  const throughputFamily = new Computed(
    'gauge',
    'ml_throughput_requests_per_second',
    'Requests per second over the last 60 seconds',
    () => [
      {
        labels: modelLabels,
        value: guard.run('clock', Number.NaN, () => throughput.rate(clock())),
      },
    ],
  );
  const context: CallContext = {
    ...{ metrics, quality, latency, throughput, guard, clock, monotonic, errorType },
  };
  const families: readonly Family[] = [
    ...familiesOf(metrics),
    throughputFamily,
    ...quality.accuracy.families,
    ...(options.processMetrics === true ? guard.run('processMetrics', [], processFamilies) : []),
  ];
  const expose = (exposeOptions?: ExposeOptions) => {
    const append: unknown = exposeOptions?.append ?? '';
    if (typeof append !== 'string') {
      guard.report('append', new TypeError('append is no text; a promise needs await before it'));
    }
    return guard.run('expose', '', () => render(families, exposeOptions ?? {}));
  };
  // In progress is exposed at 0 before the first request.
  metrics.inProgress.series();

  return {
    contentType: CONTENT_TYPE,
    families,
    wrap: (fn, wrapOptions) => wrapFunction(context, fn, wrapOptions ?? {}),
    error: (endpoint, error) => {
      guard.run('error', undefined, () => {
        const failed = new Endpoint(context, endpoint);
        failed.begin();
        failed.fail(error);
      });
    },
    observe: (observation) => {
      guard.run('observe', undefined, () => quality.observe(observation));
    },
    feedback: (feedback) =>
      guard.run('feedback', 'unknown_request', () => quality.feedback(feedback)),
    latency: () => latency.summary(),
    expose,
    handler: metricsHandler(expose, guard),
    registerInto: (registry) =>
      guard.run('registerInto', false, () => {
        registerFamilies(registry, families);
        return true;
      }),
  };
}

/** The metrics of several monitors of one process in one text, each name under one header. */
export function exposeAll(monitors: Iterable<Monitor>, options?: ExposeOptions): string {
  return render(
    [...monitors].flatMap((one) => one.families),
    options,
  );
}
