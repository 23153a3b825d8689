import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { type Expansion, expansionOf } from './expansion.ts';
import type { YamlProblem } from './problem.ts';

/** What stands at one key of a mapping; the value's aliases are resolved. */
export interface YamlEntry {
  readonly key: Scalar;
  readonly value: Node | null;
}

const MERGE = '<<';

/**
 * A YAML document read as Go's readers give it to a field: a scalar is the text that stands there until somebody asks for
 * something else, so that `1.10` as a label is `1.10`. Aliases and merge keys are resolved.
 * Sources: YAML 1.2.2, section 3.2.2.2; yaml.org/type/merge.html.
 */
export class YamlDocument {
  /** The root; null in an empty document. */
  readonly root: Node | null;
  /** Where it begins in the text. */
  readonly start: number;
  /** Of the syntax and of the aliases; a document that has any must not be read. */
  readonly problems: readonly YamlProblem[];
  readonly #expansion: Expansion;

  private constructor(document: Document) {
    const syntax = document.errors.map(({ pos, message }) => ({ offset: pos[0], message }));
    this.#expansion =
      syntax.length === 0 ? expansionOf(document) : { targets: new Map(), problems: [] };
    this.problems = [...syntax, ...this.#expansion.problems];
    this.start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
    this.root = this.problems.length > 0 ? null : this.resolve(document.contents);
  }

  /** All documents of a text, of which there is at least one, if an empty one. */
  static readAll(text: string): [YamlDocument, ...YamlDocument[]] {
    const options = { merge: true, prettyErrors: false, uniqueKeys: isSameKey };
    const documents = parseAllDocuments(text, options);
    const [first = parseDocument(text, options), ...rest] = documents as Document[];
    return [new YamlDocument(first), ...rest.map((document) => new YamlDocument(document))];
  }

  /** The node itself, or what the alias stands for. */
  resolve(node: unknown): Node | null {
    if (isAlias(node)) return this.#expansion.targets.get(node) ?? null;
    return isMap(node) || isSeq(node) || isScalar(node) ? node : null;
  }

  /**
   * The entries of a mapping by the texts of their keys. What `<<` merges stands behind the mapping's own keys, and of a
   * list of mappings the first that has a key wins.
   */
  entries(map: YAMLMap, complain: (problem: YamlProblem) => void): Map<string, YamlEntry> {
    const entries = new Map<string, YamlEntry>();
    const merged: Map<string, YamlEntry>[] = [];
    for (const pair of map.items) {
      const key = this.resolve(pair.key);
      if (!isScalar(key)) {
        complain({ offset: offsetOf(key ?? map), message: 'a key must be a text' });
        continue;
      }
      const value = this.resolve(pair.value);
      if (!isMergeKey(key)) {
        entries.set(scalarText(key), { key, value });
        continue;
      }
      const sources = isSeq(value) ? value.items.map((item) => this.resolve(item)) : [value];
      for (const source of sources) {
        if (isMap(source)) merged.push(this.entries(source, complain));
        else
          complain({
            offset: offsetOf(source ?? value ?? key),
            message: `${MERGE} merges mappings only`,
            hint: `write it like "${MERGE}: *name" or "${MERGE}: [*one, *other]"`,
          });
      }
    }
    for (const source of merged)
      for (const [name, entry] of source) if (!entries.has(name)) entries.set(name, entry);
    return entries;
  }
}

/** A scalar as it is written: numbers and booleans are their text, and null is the empty one. */
export function scalarText(scalar: Scalar): string {
  if (typeof scalar.value === 'string') return scalar.value;
  return scalar.value === null ? '' : (scalar.source ?? String(scalar.value));
}

export function isNullNode(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

export function offsetOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}

function isMergeKey(key: Scalar): boolean {
  return key.type === 'PLAIN' && key.source === MERGE;
}

/** Keys are texts: `1.10` and `1.1` are two. A mapping may merge more than once. */
function isSameKey(a: unknown, b: unknown): boolean {
  if (!isScalar(a) || !isScalar(b)) return a === b;
  return !isMergeKey(a) && scalarText(a) === scalarText(b);
}
