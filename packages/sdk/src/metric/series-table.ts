import type { LabelSet } from './family.ts';
import { labelSet, labelValue } from './labels.ts';

/** The label value that stands for everything beyond a metric's series limit. */
const OTHER = 'other';

const SEPARATOR = '\u0000';

export interface SeriesTableOptions<T> {
  /** Label names; the values of the first `fixed.length` of them never change. */
  readonly labelNames: readonly string[];
  /** Values of the leading labels, the same for every series of the table. */
  readonly fixed: readonly string[];
  /** Most series the table holds, the one called `other` not counted. */
  readonly maxSeries: number;
  readonly create: (labels: LabelSet) => T;
  /** Told each time a new series had to be folded into `other`. */
  readonly onOverflow: () => void;
}

/**
 * Finds a metric's series by its label values and bounds how many there can be.
 *
 * A label that takes its value from requests (a class, an error type) can take any number of values;
 * each would cost memory here and in every system behind. Beyond `maxSeries` all further values share
 * one series whose variable labels read `other`, and `onOverflow` is told.
 */
export class SeriesTable<T> {
  readonly #options: SeriesTableOptions<T>;
  readonly #byKey = new Map<string, T>();
  #other: T | undefined;

  constructor(options: SeriesTableOptions<T>) {
    this.#options = options;
  }

  /** The series with these values of the variable labels, created when it is new. */
  get(...variable: unknown[]): T {
    // One plain string is by far the most frequent key and needs no joining.
    const first = variable[0];
    const key =
      variable.length === 1 && typeof first === 'string'
        ? first
        : variable.map(String).join(SEPARATOR);
    return this.#byKey.get(key) ?? this.#find(variable);
  }

  values(): Iterable<T> {
    return this.#other === undefined
      ? this.#byKey.values()
      : [...this.#byKey.values(), this.#other];
  }

  #find(variable: readonly unknown[]): T {
    const clean = variable.map(labelValue);
    const key = clean.join(SEPARATOR);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#byKey.size >= this.#options.maxSeries) {
      this.#options.onOverflow();
      this.#other ??= this.#create(variable.map(() => OTHER));
      return this.#other;
    }
    const created = this.#create(clean);
    this.#byKey.set(key, created);
    return created;
  }

  #create(variable: readonly string[]): T {
    const { create, fixed, labelNames } = this.#options;
    return create(labelSet(labelNames, [...fixed, ...variable]));
  }
}
