import { isPlainLabelName, isPlainMetricName, quote } from '../text/quote.ts';

/** A label set as plain data: own enumerable keys, the metric name under `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** A label's value; empty where there is none, whatever else objects have by that name. */
export function labelOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? labels[name]! : '';
}

/** Sets a label, also one that an object of JavaScript has a setter for. */
export function setLabel(labels: Record<string, string>, name: string, value: string): void {
  if (name !== '__proto__') labels[name] = value;
  else
    Object.defineProperty(labels, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

export const METRIC_NAME = '__name__';
/** What says which metric a series is: dropped together where a result is another quantity. */
const METRIC_IDENTITY: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

/** A text as a part of a key: behind its length, so that no two rows of parts make the same key. */
export function keyPart(text: string): string {
  return `${text.length}:${text}`;
}

/** A text that two label sets share exactly when they are equal. A label with an empty value does not exist. */
export function labelsKey(labels: Labels): string {
  let key = '';
  for (const name of Object.keys(labels).sort(compareText))
    if (labels[name] !== '') key += keyPart(name) + keyPart(labels[name]!);
  return key;
}

const known = new WeakMap<Labels, LabelSet>();

const MOST_SHAPES = 10_000;
const MOST_SHAPE_CHARACTERS = 8 * 2 ** 20;
let shapes = new Map<string, readonly string[]>();
let shapeCharacters = 0;

/** The same list for all lasting label sets with these names: there are many series and few shapes. */
function sharedNames(names: readonly string[]): readonly string[] {
  const shape = names.map(keyPart).join('');
  const shared = shapes.get(shape);
  if (shared !== undefined) return shared;
  if (shapes.size >= MOST_SHAPES || shapeCharacters > MOST_SHAPE_CHARACTERS) {
    shapes = new Map();
    shapeCharacters = 0;
  }
  shapeCharacters += shape.length;
  shapes.set(shape, names);
  return names;
}

/**
 * A label set prepared for evaluation: sorted names, values in the same order, derived sets and keys
 * computed once. Immutable. A label with an empty value does not exist.
 */
export class LabelSet {
  static readonly empty = new LabelSet([], []);
  #key: string | undefined;
  #anonymous: LabelSet | undefined;
  #labels: Labels | undefined;

  /** @param madeBytes About how much memory texts hold that were made for this set, and the key of it. */
  private constructor(
    readonly names: readonly string[],
    readonly values: readonly string[],
    readonly madeBytes = 0,
  ) {}

  /** The prepared form of plain labels; asked twice for the same object it gives the same set. */
  static of(labels: Labels): LabelSet {
    const cached = known.get(labels);
    if (cached !== undefined) return cached;
    const names = Object.keys(labels)
      .filter((name) => labels[name] !== '')
      .sort(compareText);
    const set = new LabelSet(
      sharedNames(names),
      names.map((name) => labels[name]!),
    );
    known.set(labels, set);
    return set;
  }

  get(name: string): string {
    const i = this.names.indexOf(name);
    return i < 0 ? '' : this.values[i]!;
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  get metricName(): string {
    return this.get(METRIC_NAME);
  }

  /** Equal keys, equal label sets. */
  get key(): string {
    if (this.#key === undefined) {
      let key = '';
      for (let i = 0; i < this.names.length; i++)
        key += keyPart(this.names[i]!) + keyPart(this.values[i]!);
      this.#key = key;
    }
    return this.#key;
  }

  /** Whether both are of the same metric: name, type and unit. */
  sameMetric(other: LabelSet): boolean {
    for (const name of METRIC_IDENTITY) if (this.get(name) !== other.get(name)) return false;
    return true;
  }

  /** Without the metric's name, type and unit. */
  get anonymous(): LabelSet {
    if (this.#anonymous === undefined) {
      const { names, values, madeBytes } = this.filter((name) => !METRIC_IDENTITY.has(name));
      this.#anonymous =
        names === this.names ? this : new LabelSet(sharedNames(names), values, madeBytes);
    }
    return this.#anonymous;
  }

  filter(keep: (name: string) => boolean): LabelSet {
    const names: string[] = [];
    const values: string[] = [];
    for (let i = 0; i < this.names.length; i++) {
      if (!keep(this.names[i]!)) continue;
      names.push(this.names[i]!);
      values.push(this.values[i]!);
    }
    return names.length === this.names.length ? this : new LabelSet(names, values, this.madeBytes);
  }

  /** With labels set; an empty value removes the label. */
  with(changes: Labels): LabelSet {
    const names = Object.keys(changes);
    const made = names.reduce((bytes, name) => bytes + textBytes(changes[name]!.length), 0);
    const { names: all, values } = LabelSet.of({ ...this.labels, ...changes });
    return new LabelSet(all, values, this.madeBytes + made);
  }

  /** Sets one label, to values that are not empty: all sets it makes share their names. */
  setter(name: string): (value: string) => LabelSet {
    let at = 0;
    while (at < this.names.length && this.names[at]! < name) at++;
    const replaced = this.names[at] === name ? 1 : 0;
    const names = this.names.toSpliced(at, replaced, name);
    return (value) =>
      new LabelSet(
        names,
        this.values.toSpliced(at, replaced, value),
        this.madeBytes + textBytes(value.length),
      );
  }

  get labels(): Labels {
    if (this.#labels === undefined) {
      const labels: Record<string, string> = {};
      for (let i = 0; i < this.names.length; i++) setLabel(labels, this.names[i]!, this.values[i]!);
      this.#labels = labels;
    }
    return this.#labels;
  }

  /** Prometheus' order of label sets: name by name, value by value, the shorter first. */
  compare(other: LabelSet): number {
    const { names, values } = this;
    const shared = Math.min(names.length, other.names.length);
    for (let i = 0; i < shared; i++) {
      if (names[i] !== other.names[i]) return names[i]! < other.names[i]! ? -1 : 1;
      if (values[i] !== other.values[i]) return values[i]! < other.values[i]! ? -1 : 1;
    }
    return names.length - other.names.length;
  }

  /** `{a="b", c="d"}`, the metric name as a label among the others: how error messages show series. */
  toString(): string {
    const pairs = this.names.map((name, i) => `${labelName(name)}=${quote(this.values[i]!)}`);
    return `{${pairs.join(', ')}}`;
  }
}

/** About how much memory a label's value of this length takes: the text itself, and again in the key of its set. */
export function textBytes(length: number): number {
  return 100 + 4 * length;
}

/** Prometheus' order of label sets: name by name, value by value, the shorter first. */
export function compareLabels(a: Labels, b: Labels): number {
  return LabelSet.of(a).compare(LabelSet.of(b));
}

/** A text that compares as {@link compareLabels} does. */
export function orderKey(labels: Labels): string {
  let key = '';
  for (const name of Object.keys(labels).sort(compareText))
    if (labels[name] !== '') key += `${name}\0${labels[name]}\0`;
  return key;
}

/** Code point order of two strings, which is also the order of their UTF-8 bytes (surrogates apart). */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A label's name, quoted where it has to be. */
export function labelName(name: string): string {
  return isPlainLabelName(name) ? name : quote(name);
}

/**
 * Prints labels as Prometheus does, the metric name in front.
 *
 * @example
 * formatLabels({ __name__: 'up', job: 'api' }) // 'up{job="api"}'
 */
export function formatLabels(labels: Labels): string {
  const set = LabelSet.of(labels);
  const metric = set.metricName;
  const pairs = set.names
    .map((name, i) => `${labelName(name)}=${quote(set.values[i]!)}`)
    .filter((_, i) => set.names[i] !== METRIC_NAME);
  if (metric === '') return `{${pairs.join(', ')}}`;
  if (!isPlainMetricName(metric)) return `{${[quote(metric), ...pairs].join(', ')}}`;
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(', ')}}`;
}
