import { cleanBounds } from './metric/histogram.ts';
import { knownNumber } from './metric/known.ts';
import { labelValue } from './metric/labels.ts';

/** How a feature's histogram is cut. */
export interface FeatureOptions {
  /** Upper bounds of the buckets in the feature's own unit; +Inf is added. */
  readonly buckets?: readonly number[];
}

/** What an accuracy stands on. */
export interface FeedbackOptions {
  /** How many of the newest labelled predictions each accuracy is taken over. Default 100. */
  readonly window?: number;
  /** Labels needed before the accuracy of the whole sample is exposed. Default: `window`. */
  readonly minimum?: number;
  /** Labels needed before the accuracy of a segment is exposed. Default 30. */
  readonly segmentMinimum?: number;
  /** How many predictions are kept while they wait for their label. Default 10,000. */
  readonly maxPending?: number;
}

/** What `monitor` is told. Only the model's name and version are needed. */
export interface MonitorOptions {
  /** Value of the label `model_name`. */
  readonly model: string;
  /** Value of the label `model_version`. */
  readonly version: string;
  /** Predictions with a confidence below this count as low. Default 0.7. */
  readonly lowConfidence?: number;
  /** Upper bounds of the latency histogram in seconds. Default: document B's, 10 ms to 10 s. */
  readonly latencyBuckets?: readonly number[];
  /** How many of the newest calls `latency()` is taken over. Default 1,000. */
  readonly latencyWindow?: number;
  /** Buckets by feature name. A feature not named here gets 1-2-5 steps from 0.1 to 100,000. */
  readonly features?: Readonly<Record<string, FeatureOptions>>;
  readonly feedback?: FeedbackOptions;
  /** Most series a metric may have before further label values share the one called `other`. Default 200. */
  readonly maxSeries?: number;
  /** Adds CPU, memory and event loop metrics of this process. Default false. */
  readonly processMetrics?: boolean;
  /** Names an error for the label `error_type`. Default: its `name`, or its class when that says more. */
  readonly errorType?: (error: unknown) => string;
  /** Told once for each kind of failure inside the SDK; all of them are counted in a metric. */
  readonly onError?: (error: unknown, where: string) => void;
  /** Wall clock in milliseconds since 1970, for throughput. Default `Date.now`. */
  readonly clock?: () => number;
  /** Clock for durations in milliseconds. Default `performance.now`. */
  readonly monotonic?: () => number;
}

const LATENCY_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10];
const FEATURE_BUCKETS = [-1, 0, 1, 2, 3, 4].flatMap((exponent) =>
  [1, 2, 5].map((step) => Number(`${step}e${exponent}`)),
);

/** The options with every default filled in and every number made usable. */
export interface Settings {
  readonly model: string;
  readonly version: string;
  readonly lowConfidence: number;
  readonly latencyBounds: Float64Array;
  readonly latencyWindow: number;
  readonly featureBounds: (feature: string) => Float64Array;
  readonly window: number;
  readonly minimum: number;
  readonly segmentMinimum: number;
  readonly maxPending: number;
  readonly maxSeries: number;
}

/** Most calls or labels a window holds: each has its place in memory from the start. */
const MAX_WINDOW = 1_000_000;

function count(value: unknown, fallback: number, most = Number.POSITIVE_INFINITY): number {
  const number = Math.floor(knownNumber(value));
  return number >= 1 ? Math.min(number, most) : fallback;
}

function boundsOf(bounds: readonly number[] | undefined, fallback: Float64Array): Float64Array {
  return Array.isArray(bounds) ? cleanBounds(bounds) : fallback;
}

/** Fills in defaults. A number that makes no sense is replaced by its default: a typo must not stop a service. */
export function settingsOf(options: MonitorOptions): Settings {
  const feedback = options.feedback ?? {};
  const window = count(feedback.window, 100, MAX_WINDOW);
  const fallback = cleanBounds([...FEATURE_BUCKETS, 1e5]);
  const bounds = new Map(
    Object.entries(options.features ?? {}).map(([name, feature]) => [
      labelValue(name),
      boundsOf(feature?.buckets, fallback),
    ]),
  );
  const threshold = knownNumber(options.lowConfidence);
  return {
    model: labelValue(options.model),
    version: labelValue(options.version),
    lowConfidence: Number.isFinite(threshold) ? threshold : 0.7,
    latencyBounds: boundsOf(options.latencyBuckets, cleanBounds(LATENCY_BUCKETS)),
    latencyWindow: count(options.latencyWindow, 1000, MAX_WINDOW),
    featureBounds: (feature) => bounds.get(feature) ?? fallback,
    window,
    // More labels than the window holds can never come together.
    minimum: Math.min(window, count(feedback.minimum, window)),
    segmentMinimum: Math.min(window, count(feedback.segmentMinimum, 30)),
    maxPending: count(feedback.maxPending, 10_000),
    maxSeries: count(options.maxSeries, 200),
  };
}
