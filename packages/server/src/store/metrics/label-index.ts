import { compileMatcher, type Labels, type Matcher } from '@bellwether/promql';

/** Inverted index: which series carry which label value. Series are small integers, posting lists ascend. */
export class LabelIndex {
  readonly #postings = new Map<string, Map<string, number[]>>();
  readonly #all: number[] = [];

  add(ref: number, labels: Labels): void {
    this.#all.push(ref);
    for (const [name, value] of Object.entries(labels)) {
      let values = this.#postings.get(name);
      if (values === undefined) {
        values = new Map();
        this.#postings.set(name, values);
      }
      const list = values.get(value);
      if (list === undefined) values.set(value, [ref]);
      else list.push(ref);
    }
  }

  /** How many series have a label with this value; of the empty one, how many lack the label. */
  count(name: string, value: string): number {
    const values = this.#postings.get(name);
    if (value !== '') return values?.get(value)?.length ?? 0;
    let lack = this.#all.length;
    for (const refs of values?.values() ?? []) lack -= refs.length;
    return lack;
  }

  /** The names of labels that a series carries which is wanted. */
  names(wanted: (ref: number) => boolean): Set<string> {
    const found = new Set<string>();
    for (const [name, values] of this.#postings)
      for (const refs of values.values())
        if (refs.some(wanted)) {
          found.add(name);
          break;
        }
    return found;
  }

  /** The values that a label has on series that are wanted. */
  values(name: string, wanted: (ref: number) => boolean): Set<string> {
    const found = new Set<string>();
    for (const [value, refs] of this.#postings.get(name) ?? [])
      if (refs.some(wanted)) found.add(value);
    return found;
  }

  remove(refs: ReadonlySet<number>, labelsOf: (ref: number) => Labels): void {
    const touched = new Map<string, Set<string>>();
    for (const ref of refs)
      for (const [name, value] of Object.entries(labelsOf(ref))) {
        const values = touched.get(name) ?? new Set<string>();
        touched.set(name, values.add(value));
      }
    for (const [name, values] of touched) {
      const postings = this.#postings.get(name)!;
      for (const value of values) {
        const kept = postings.get(value)!.filter((ref) => !refs.has(ref));
        if (kept.length > 0) postings.set(value, kept);
        else postings.delete(value);
      }
      if (postings.size === 0) this.#postings.delete(name);
    }
    const kept = this.#all.filter((ref) => !refs.has(ref));
    this.#all.length = 0;
    for (const ref of kept) this.#all.push(ref);
  }

  /**
   * The series that every matcher accepts. Matchers that the empty string satisfies also accept series without the
   * label, so they only take away; the others are looked up, the shortest list first.
   */
  find(matchers: readonly Matcher[]): number[] {
    const required: number[][] = [];
    const excluded = new Set<number>();
    for (const matcher of matchers) {
      const accepts = compileMatcher(matcher);
      const values = this.#postings.get(matcher.name);
      if (accepts('')) {
        for (const [value, refs] of values ?? [])
          if (!accepts(value)) for (const ref of refs) excluded.add(ref);
      } else if (matcher.op === '=') {
        required.push(values?.get(matcher.value) ?? []);
      } else {
        const found: number[] = [];
        for (const [value, refs] of values ?? [])
          if (accepts(value)) for (const ref of refs) found.push(ref);
        required.push(found);
      }
    }
    required.sort((a, b) => a.length - b.length);
    let result = required[0] ?? this.#all;
    for (const list of required.slice(1)) {
      const members = new Set(list);
      result = result.filter((ref) => members.has(ref));
    }
    return excluded.size === 0 ? [...result] : result.filter((ref) => !excluded.has(ref));
  }
}
