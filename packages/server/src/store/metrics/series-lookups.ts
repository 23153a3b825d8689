import type { Matcher, Millis } from '@bellwether/promql';
import type { Head } from './head.ts';
import type { History } from './history.ts';
import { joinExtents, type SeriesExtent } from './series-extent.ts';

export interface TimeRange {
  readonly from: Millis;
  readonly to: Millis;
}

/** Which series there are, in head and history, answered without reading samples. */
export class SeriesLookups {
  readonly #head: Head;
  readonly #history: History;

  constructor(head: Head, history: History) {
    this.#head = head;
    this.#history = history;
  }

  /** The series that match and have samples about the range. */
  async extents(
    matchers: readonly Matcher[],
    { from, to }: TimeRange,
    signal?: AbortSignal,
  ): Promise<readonly SeriesExtent[]> {
    const boundary = this.#head.from;
    const recent = this.#head.extents(matchers, from, to);
    if (from >= boundary) return recent;
    const end = Math.min(to, boundary - 1);
    return joinExtents(await this.#history.extents(matchers, from, end, signal), recent);
  }

  /** The names of the labels of those series. */
  labelNames(
    matchers: readonly Matcher[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    return this.#inBoth(
      range,
      (from, to) => this.#head.labelNames(matchers, from, to),
      (from, to) => this.#history.labelNames(matchers, from, to, signal),
    );
  }

  /** The values that a label of those series has. */
  labelValues(
    name: string,
    matchers: readonly Matcher[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    return this.#inBoth(
      range,
      (from, to) => this.#head.labelValues(name, matchers, from, to),
      (from, to) => this.#history.labelValues(name, matchers, from, to, signal),
    );
  }

  /** What the head finds, and the history in what is older. */
  async #inBoth(
    { from, to }: TimeRange,
    inHead: (from: Millis, to: Millis) => Set<string>,
    inHistory: (from: Millis, to: Millis) => Promise<readonly string[]>,
  ): Promise<ReadonlySet<string>> {
    const boundary = this.#head.from;
    const found = inHead(from, to);
    if (from < boundary)
      for (const text of await inHistory(from, Math.min(to, boundary - 1))) found.add(text);
    return found;
  }
}
