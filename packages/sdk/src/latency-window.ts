/** Percentiles of the last calls, in seconds. */
export interface LatencySummary {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly mean: number;
  readonly max: number;
  /** How many calls the figures stand on, at most the size of the window. */
  readonly count: number;
}

/**
 * The value below which the share `q` of a sorted sample lies, interpolated linearly between the two
 * nearest ranks: definition 7 of Hyndman and Fan (1996), which numpy's `percentile` takes as default.
 */
function quantile(sorted: Float64Array, q: number): number {
  const rank = (sorted.length - 1) * q;
  const below = Math.floor(rank);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (rank - below);
}

/** Keeps the durations of the last calls and gives exact percentiles of them. */
export class LatencyWindow {
  readonly #values: Float64Array;
  #written = 0;

  /** @param size how many calls to keep */
  constructor(size: number) {
    this.#values = new Float64Array(Math.max(1, Math.floor(size)));
  }

  /** Keeps one duration, over the oldest one when the window is full. */
  record(seconds: number): void {
    this.#values[this.#written % this.#values.length] = seconds;
    this.#written += 1;
  }

  /** The figures of the window, or null when nothing was recorded: no data is not a latency of 0. */
  summary(): LatencySummary | null {
    const count = Math.min(this.#written, this.#values.length);
    if (count === 0) return null;
    const sorted = this.#values.slice(0, count).sort();
    return {
      p50: quantile(sorted, 0.5),
      p95: quantile(sorted, 0.95),
      p99: quantile(sorted, 0.99),
      mean: sorted.reduce((sum, value) => sum + value, 0) / count,
      max: sorted[count - 1]!,
      count,
    };
  }
}
