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
  /** UTF-16 units, as all lengths of text here. */
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
  labelsOfSeries: 256,
  labelNameLength: 1024,
  labelValueLength: 16_384,
  aheadMs: 10 * 60_000,
};
