const REASONS_KEPT = 10;
/** Labels may be four megabytes long; who sent them knows them by their beginning. */
const LONGEST_REASON = 1000;

/** What was not taken of a request: how much, and the first few reasons, each once, in sentences a person can act on. */
export class Refusals {
  /** In the unit that the protocol counts: samples of remote write, data points of OTLP. */
  count = 0;
  readonly #reasons = new Set<string>();
  #others = 0;

  /** @param count How much it was: 0 for what is only worth a word. */
  add(reason: string, count: number): void {
    this.count += count;
    this.explain(() => reason);
  }

  /** Gives a reason without counting; it is asked for only while there is room. */
  explain(reason: () => string): void {
    if (this.#reasons.size >= REASONS_KEPT) {
      this.#others++;
      return;
    }
    const text = reason();
    this.#reasons.add(text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON)}…` : text);
  }

  /** Nothing to tell. */
  get empty(): boolean {
    return this.#reasons.size === 0;
  }

  get text(): string {
    const more = this.#others === 0 ? [] : [`and ${this.#others} more`];
    return [...this.#reasons, ...more].join('\n');
  }
}
