import { utf8Length } from '../bytes/text.ts';

/**
 * What the labels of any series may be, whichever door it comes through; lengths in bytes of UTF-8. Longer ones are not
 * stored: each is kept in memory and in an index, and is shown on pages.
 */
export const LABEL_LIMITS = { count: 256, nameBytes: 1024, valueBytes: 16_384 } as const;

/** Whether a text takes more bytes as UTF-8; those that are short are not counted. */
export function isLongerThan(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || utf8Length(text) > bytes;
}

/** What one request may hold. Beyond a body or sample limit the request is refused, beyond a label limit its series is. */
export interface ReceiveLimits {
  /** Bytes of a body as it came. */
  readonly compressedBytes: number;
  /** Bytes of a body after decompression. */
  readonly bodyBytes: number;
  /** Samples of remote write, data points of OTLP and the samples they become. */
  readonly samples: number;
  /** Messages, texts and packed lists within a body: what a small body could be blown up with. */
  readonly parts: number;
  readonly labelsOfSeries: number;
  /** Bytes of UTF-8. */
  readonly labelNameLength: number;
  readonly labelValueLength: number;
  /** How far ahead of our clock a sample may be, as in Prometheus. */
  readonly aheadMs: number;
}

export const DEFAULT_RECEIVE_LIMITS: ReceiveLimits = {
  compressedBytes: 32 * 2 ** 20,
  bodyBytes: 64 * 2 ** 20,
  samples: 250_000,
  parts: 4_000_000,
  labelsOfSeries: LABEL_LIMITS.count,
  labelNameLength: LABEL_LIMITS.nameBytes,
  labelValueLength: LABEL_LIMITS.valueBytes,
  aheadMs: 10 * 60_000,
};
