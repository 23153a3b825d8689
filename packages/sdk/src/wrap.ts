import type { Guard } from './guard.ts';
import type { LatencyWindow } from './latency-window.ts';
import type { HistogramSeries } from './metric/histogram.ts';
import type { ScalarSeries } from './metric/scalar.ts';
import type { ModelMetrics } from './model-metrics.ts';
import type { Observation, Quality } from './quality.ts';
import type { Throughput } from './throughput.ts';

/** How a function is watched. */
export interface WrapOptions<Result, Args extends readonly unknown[]> {
  /** Value of the label `endpoint`. Default `/predict`. */
  readonly endpoint?: string;
  /** Says what an answer means: its class, confidence, features. Called after each success. */
  readonly observe?: (result: Result, ...args: Args) => Observation | undefined;
}

/** The parts of a monitor that a call touches. */
export interface CallContext {
  readonly metrics: ModelMetrics;
  readonly quality: Quality;
  readonly latency: LatencyWindow;
  readonly throughput: Throughput;
  readonly guard: Guard;
  readonly clock: () => number;
  readonly monotonic: () => number;
  readonly errorType: (error: unknown) => string;
}

/** Counts the calls of one endpoint. Each method keeps its own failures to itself. */
export class Endpoint {
  readonly #context: CallContext;
  readonly #name: string;
  readonly #requests: ScalarSeries;
  readonly #inProgress: ScalarSeries;
  readonly #duration: HistogramSeries;

  constructor(context: CallContext, name: string) {
    this.#context = context;
    this.#name = name;
    this.#requests = context.metrics.requests.series(name);
    this.#inProgress = context.metrics.inProgress.series();
    this.#duration = context.metrics.duration.series(name);
  }

  /** A request has come in. Returns the start of its duration. */
  begin(): number {
    this.#requests.value += 1;
    this.#inProgress.value += 1;
    try {
      this.#context.throughput.record(this.#context.clock());
      return this.#context.monotonic();
    } catch (error) {
      this.#context.guard.report('clock', error);
      return Number.NaN;
    }
  }

  /** It was answered. */
  succeed(started: number): void {
    this.#inProgress.value -= 1;
    try {
      const seconds = (this.#context.monotonic() - started) / 1000;
      if (!Number.isFinite(seconds)) return;
      // A clock that runs backwards gives no duration; 0 is the nearest that one can be.
      const duration = Math.max(seconds, 0);
      this.#duration.observe(duration);
      this.#context.latency.record(duration);
    } catch (error) {
      this.#context.guard.report('clock', error);
    }
  }

  /** It failed. */
  fail(error: unknown): void {
    this.#inProgress.value -= 1;
    const { errorType, guard, metrics } = this.#context;
    const type = guard.run('errorType', undefined, () => errorType(error));
    try {
      metrics.errors.series(this.#name, type).value += 1;
    } catch (failure) {
      guard.report('errors', failure);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}

/**
 * Puts the counting around a function. Arguments, `this`, results and errors pass unchanged; a
 * promise is followed and a promise of the same outcome returned.
 */
export function wrapFunction<This, Args extends unknown[], Result>(
  context: CallContext,
  fn: (this: This, ...args: Args) => Result,
  options: WrapOptions<Awaited<Result>, Args>,
): (this: This, ...args: Args) => Result {
  const { guard, quality } = context;
  const { endpoint: name, observe } = options;
  const endpoint = new Endpoint(context, name ?? '/predict');

  const failed = (error: unknown) => guard.report('observe', error);
  const take = (observation: Observation | null | undefined) => {
    if (observation !== undefined && observation !== null) quality.observe(observation);
  };
  const observed = (result: Awaited<Result>, args: Args) => {
    if (observe === undefined || observe === null) return;
    try {
      const observation = observe(result, ...args);
      // One that is asynchronous must not fail where nobody catches it.
      if (observation instanceof Promise) observation.then(take).catch(failed);
      else take(observation);
    } catch (error) {
      failed(error);
    }
  };

  return function watched(this: This, ...args: Args): Result {
    const started = endpoint.begin();
    let result: Result;
    try {
      result = fn.apply(this, args);
    } catch (error) {
      endpoint.fail(error);
      throw error;
    }
    if (guard.run('result', false, () => isThenable(result))) {
      // A promise of the language is passed on by `resolve` and calls back once. Others may call back
      // twice, or throw instead: then there is one between that does not.
      return Promise.resolve(result as PromiseLike<Awaited<Result>>).then(
        (value) => {
          endpoint.succeed(started);
          observed(value, args);
          return value;
        },
        (error: unknown) => {
          endpoint.fail(error);
          throw error;
        },
      ) as Result;
    }
    endpoint.succeed(started);
    observed(result as Awaited<Result>, args);
    return result;
  };
}
