import type { Millis } from '@bellwether/promql';

/** What one request may hold. Beyond a body's or a batch's limit the request is refused, beyond the others one event is. */
export interface EventLimits {
  /** Bytes of a body as it came. */
  readonly compressedBytes: number;
  /** Bytes of a body after decompression. */
  readonly bodyBytes: number;
  readonly events: number;
  /** How far ahead of our clock an event may be. */
  readonly aheadMs: Millis;
  /** How far behind our clock an event may be: what is older than the retention would be gone at once. */
  readonly behindMs: Millis;
}

export const DEFAULT_EVENT_LIMITS: EventLimits = {
  compressedBytes: 16 * 2 ** 20,
  bodyBytes: 16 * 2 ** 20,
  events: 50_000,
  aheadMs: 3_600_000,
  behindMs: 30 * 86_400_000,
};
