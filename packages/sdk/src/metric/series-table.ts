import type { LabelSet } from './family.ts';
import { labelSet, labelValue } from './labels.ts';

/** The label value that stands for everything beyond a metric's series limit. */
const OTHER = 'other';

const SEPARATOR = '\u0000';

const plain = (value: unknown): string => (typeof value === 'string' ? value : labelValue(value));

/** One key for the values of a series, the same for no others. */
function keyOf(values: readonly unknown[]): string {
  const texts = values.map(plain);
  const key = texts.join(SEPARATOR);
  if (texts.length < 2) return key;
  let at = -1;
  for (let index = 0; index < texts.length; index += 1) at = key.indexOf(SEPARATOR, at + 1);
  // One separator too many: a value has it inside. JSON never writes it, so these keys are apart.
  return at === -1 ? key : JSON.stringify(texts);
}

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
    const key = variable.length === 1 && typeof first === 'string' ? first : keyOf(variable);
    return this.#byKey.get(key) ?? this.#find(variable);
  }

  values(): Iterable<T> {
    return this.#other === undefined
      ? this.#byKey.values()
      : new Set([...this.#byKey.values(), this.#other]);
  }

  /** The series for what has no room. A value that is called `other` by itself has it already. */
  #otherOf(variable: readonly string[]): T {
    this.#other ??= this.#byKey.get(keyOf(variable)) ?? this.#create(variable);
    return this.#other;
  }

  #find(variable: readonly unknown[]): T {
    const clean = variable.map(labelValue);
    const key = keyOf(clean);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#byKey.size >= this.#options.maxSeries) {
      this.#options.onOverflow();
      return this.#otherOf(variable.map(() => OTHER));
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
