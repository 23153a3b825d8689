import type { Annotations } from '../engine/annotations.ts';
import type { Samples } from '../engine/range.ts';
import type { References } from '../engine/references.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import type { RangeMode, Span } from '../syntax/ast.ts';
import type { Millis } from '../text/duration.ts';

/**
 * A series of floats, the window of each step on it, and where the results go. One object serves all
 * series of a call: only `samples`, `lo`, `hi`, `values` and `kinds` change.
 */
export interface FloatWindows {
  samples: Samples;
  lo: Int32Array;
  hi: Int32Array;
  /** Results; a step without one keeps kind ABSENT. */
  values: Float64Array;
  kinds: Uint8Array;
  readonly steps: number;
  readonly references: References;
  readonly range: Millis;
  /** Evaluation time of step `i` is `evalStart + i * evalStep`. */
  readonly evalStart: Millis;
  readonly evalStep: Millis;
  /** The scalar arguments, a value a step. */
  readonly parameters: readonly Float64Array[];
}

/** The samples of one window, where histograms may be among them or the edges need care. */
export interface MixedWindow {
  readonly floatTimes: readonly number[];
  readonly floats: readonly number[];
  /** Start times of the float samples, 0 where unknown; empty where the query does not use them. */
  readonly floatStarts: readonly number[];
  /** How many samples each float stands for; empty: one each. */
  readonly floatWeights: readonly number[];
  readonly histogramTimes: readonly number[];
  readonly histograms: readonly FloatHistogram[];
  readonly histogramStarts: readonly number[];
  readonly rangeStart: Millis;
  readonly rangeEnd: Millis;
  readonly range: Millis;
  readonly mode: RangeMode;
  readonly evalTime: Millis;
  readonly parameters: readonly number[];
  readonly metric: string;
  readonly annotations: Annotations;
  /** Where annotations point: the first argument of the call. */
  readonly at: Span;
}

export type WindowResult = number | FloatHistogram | undefined;

/** One function over a range vector, twice: fast over floats, complete over anything. */
export interface RangeFunction {
  /** All steps of one series of floats. */
  readonly floats: (windows: FloatWindows) => void;
  /** One step of one series. */
  readonly mixed: (window: MixedWindow) => WindowResult;
  /** The function may be used over `anchored` or `smoothed` ranges. */
  readonly modes?: readonly RangeMode[];
  /** The result is still the same metric (`last_over_time`). */
  readonly keepsName?: boolean;
}
