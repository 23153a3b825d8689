/** The share of right answers among the last `size` judged ones, in constant time and memory. */
export class RollingAccuracy {
  readonly #outcomes: Uint8Array;
  #judged = 0;
  #right = 0;

  constructor(size: number) {
    this.#outcomes = new Uint8Array(Math.max(1, Math.floor(size)));
  }

  /** Adds one judged answer; the oldest one leaves when the window is full. */
  record(correct: boolean): void {
    const index = this.#judged % this.#outcomes.length;
    const outcome = correct ? 1 : 0;
    // An unused slot holds 0, so the oldest outcome can be taken off without asking whether there is one.
    this.#right += outcome - this.#outcomes[index]!;
    this.#outcomes[index] = outcome;
    this.#judged += 1;
  }

  /** How many judged answers the window holds now. */
  get samples(): number {
    return Math.min(this.#judged, this.#outcomes.length);
  }

  /** Right answers over `samples`; NaN when there are none. */
  get value(): number {
    return this.#right / this.samples;
  }
}
