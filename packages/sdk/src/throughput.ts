/** Seconds over which the rate is taken. */
const WINDOW_S = 60;

/** One slot for each second of the window, and one for the second that is sliding out of it. */
const SLOTS = WINDOW_S + 1;

/**
 * Requests per second over the last 60 seconds, in memory that does not grow with the rate.
 *
 * Document B keeps one time per request and refreshes the gauge when a request arrives, so that its
 * gauge stands still when traffic stops. Here requests are counted per second of the clock and the
 * rate is worked out when it is read. The second that is sliding out counts by the part of it that
 * is still inside the window.
 */
export class Throughput {
  readonly #counts = new Float64Array(SLOTS);
  #second = Number.NEGATIVE_INFINITY;

  /** Counts one request at `nowMs`. */
  record(nowMs: number): void {
    this.#advance(nowMs);
    this.#counts[this.#slot(this.#second)]! += 1;
  }

  /** Requests per second over the 60 s before `nowMs`; 0 when there were none. */
  rate(nowMs: number): number {
    this.#advance(nowMs);
    let sum = 0;
    for (const count of this.#counts) sum += count;
    const leaving = this.#counts[this.#slot(this.#second - WINDOW_S)]!;
    const gone = Math.min(1, Math.max(0, nowMs / 1000 - this.#second));
    return (sum - leaving * gone) / WINDOW_S;
  }

  #slot(second: number): number {
    return ((second % SLOTS) + SLOTS) % SLOTS;
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (Number.isNaN(second)) return;
    const passed = second - this.#second;
    // A clock that steps back a little (time synchronisation) keeps the newest second; one that jumps
    // (a replay of a past day) starts anew.
    if (passed >= SLOTS || passed < -WINDOW_S) {
      this.#counts.fill(0);
      this.#second = second;
      return;
    }
    for (let step = 1; step <= passed; step += 1) this.#counts[this.#slot(this.#second + step)] = 0;
    if (passed > 0) this.#second = second;
  }
}
