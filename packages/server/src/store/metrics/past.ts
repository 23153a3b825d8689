import type { Matcher, Millis, SelectHints, SeriesColumns } from '@bellwether/promql';

/** What knows more of the past than its samples. */
export interface Past {
  /** As the history's `read`; what is handed yields the same where the hints say what it is for. */
  read(
    matchers: readonly Matcher[],
    range: { readonly from: Millis; readonly to: Millis },
    hints: SelectHints,
    signal?: AbortSignal,
  ): Promise<SeriesColumns[]>;
  /** Runs `write`, which adds samples of the past between these times, and forgets what was made without them. */
  rewrite(
    range: { readonly from: Millis; readonly to: Millis },
    write: () => Promise<void>,
  ): Promise<void>;
}
