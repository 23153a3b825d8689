import type { CheckedLabels } from './check-labels.ts';

const MOST = 100_000;

/**
 * Label sets by what a sender writes for them. A sender repeats the same series in every request: they are
 * decoded and checked once, and those behind may recognise a series by its object. Two generations bound it; what was
 * used since the older one began is kept.
 */
export class LabelCache {
  #recent = new Map<string, CheckedLabels>();
  #older = new Map<string, CheckedLabels>();

  /** @param key A text that stands for these labels and no others. */
  get(key: string, decode: () => CheckedLabels): CheckedLabels {
    const known = this.#recent.get(key);
    if (known !== undefined) return known;
    const labels = this.#older.get(key) ?? decode();
    if (this.#recent.size >= MOST) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, labels);
    return labels;
  }
}
