import type { FloatHistogram } from '../histogram/float-histogram.ts';
import type { Matcher } from '../syntax/ast.ts';
import type { Millis } from '../text/duration.ts';
import type { Labels } from './labels.ts';

/**
 * One series as columns, ascending by time, no time twice. The engine never writes to them, so views
 * into larger buffers are fine. Two calls may hand the same `times` array for many series; the engine
 * then does the work on it once.
 */
export interface SeriesColumns {
  readonly labels: Labels;
  /** Milliseconds since the epoch. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /**
   * Stale markers, as a bitmap over the samples: sample `i` is one where bit `i & 7` of byte `i >> 3`
   * is set. (A JavaScript number cannot tell a stale marker from another NaN.) Absent: none.
   */
  readonly stale?: Uint8Array | undefined;
  /** Native histogram samples; where one is present `values[i]` is ignored. Absent: floats only. */
  readonly histograms?: readonly (FloatHistogram | undefined)[] | undefined;
  /** When each sample's counter started, in milliseconds; 0 where unknown. Absent: unknown. */
  readonly startTimes?: Float64Array | undefined;
  /**
   * How many samples each one stands for, itself the last of them; 0 for one that only carries what a counter lost at a
   * reset. A source may hand such samples only to the functions whose {@link SelectHints} allow it. Absent: one each.
   */
  readonly weights?: Float64Array | undefined;
}

/**
 * What the engine tells a source beyond the matchers, for it to fetch less. Of a range selector a source may hand other
 * samples than there are where `func` yields the same over each window of them; of an instant selector where the newest
 * sample at each moment is the same, whatever `func` is.
 */
export interface SelectHints {
  /** The function or aggregation directly around the selector. */
  readonly func?: string | undefined;
  /**
   * When the first window ends, open on the left, closed on the right; of an instant selector, the first moment it looks
   * back from. In milliseconds, with `@` and `offset` applied. Absent: samples beyond the windows are looked at too
   * (`anchored`, `smoothed`), or no expression is behind the question.
   */
  readonly start?: Millis | undefined;
  /** Milliseconds between windows; 0 where there is only one. */
  readonly step: Millis;
  /** The range of a range selector, in milliseconds; 0 for an instant selector. */
  readonly range: Millis;
  /**
   * How many samples the query may still take. A source that finds more need not hand them: it may throw a `PromQLError`
   * of kind `too_many_samples` before it reads them.
   */
  readonly maxSamples?: number | undefined;
}

/** What the engine needs of an `AbortSignal`. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

/** Anything that can hand columns of samples. */
export interface SeriesSource {
  /**
   * Every series that matches, with at least its samples in `[from, to]` (milliseconds, both
   * inclusive); more is allowed. A series without samples there may be left out.
   */
  select(
    matchers: readonly Matcher[],
    range: { readonly from: Millis; readonly to: Millis },
    hints: SelectHints,
    signal?: CancelSignal,
  ): Promise<readonly SeriesColumns[]> | readonly SeriesColumns[];
}
