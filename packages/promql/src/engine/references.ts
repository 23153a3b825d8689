import type { Millis } from '../text/duration.ts';

/** The times a selector or subquery looks at: one a step, all the same under `@`. */
export interface References {
  readonly start: Millis;
  /** 0 under `@`. */
  readonly step: Millis;
}
