import { parseDuration } from '@bellwether/promql';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Context, Issues } from './issues.ts';

/** What stands at one key of a mapping. */
interface Entry {
  readonly key: Scalar;
  readonly value: Node | null;
}

/**
 * A mapping of a YAML document with a fixed set of keys: every key not known is an issue, and each
 * getter reports what has the wrong form and carries on with a default.
 */
export class Mapping {
  readonly node: Node;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #reader: YamlReader;
  readonly #context: Context;

  constructor(
    node: Node,
    entries: ReadonlyMap<string, Entry>,
    reader: YamlReader,
    context: Context,
  ) {
    this.node = node;
    this.#entries = entries;
    this.#reader = reader;
    this.#context = context;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** The value at a key, or the mapping itself to point at where the key is missing. */
  at(key: string): Node {
    return this.#entries.get(key)?.value ?? this.#entries.get(key)?.key ?? this.node;
  }

  keyNode(key: string): Node {
    return this.#entries.get(key)?.key ?? this.node;
  }

  /** The scalar at a key as written, numbers and booleans included; empty where there is none. */
  text(key: string, context = this.#context): string {
    const entry = this.#entries.get(key);
    if (entry === undefined) return '';
    return this.#reader.text(entry.value, `'${key}'`, context);
  }

  /** A duration in milliseconds; undefined where the key is absent. */
  duration(key: string, context = this.#context): number | undefined {
    const text = this.text(key, context);
    if (text === '') return undefined;
    try {
      return parseDuration(text);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#reader.issues.at(
        this.at(key),
        message,
        context,
        'write it like 30s, 5m, 1h30m: units y w d h m s ms from large to small',
      );
      return undefined;
    }
  }

  /** A number that counts; undefined where the key is absent. */
  count(key: string): number | undefined {
    const text = this.text(key);
    if (text === '') return undefined;
    if (/^\d+$/.test(text)) return Number(text);
    this.#reader.issues.at(
      this.at(key),
      `'${key}' must be a whole number, not ${text}`,
      this.#context,
    );
    return undefined;
  }

  flag(key: string): boolean {
    const text = this.text(key);
    if (text === '' || text === 'false') return false;
    if (text === 'true') return true;
    this.#reader.issues.at(
      this.at(key),
      `'${key}' must be true or false, not ${text}`,
      this.#context,
    );
    return false;
  }

  /** A mapping of texts, with the node of each. */
  texts(
    key: string,
    context = this.#context,
  ): { name: string; value: string; key: Node; node: Node }[] {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#reader.isNull(entry.value)) return [];
    const entries = this.#reader.entries(entry.value, `'${key}'`, context);
    return [...(entries ?? [])].map(([name, item]) => ({
      name,
      value: this.#reader.text(item.value, `'${key}.${name}'`, context),
      key: item.key,
      node: item.value ?? item.key,
    }));
  }

  /** The items of a list; none where the key is absent. */
  list(key: string): readonly Node[] {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#reader.isNull(entry.value)) return [];
    return this.#reader.items(entry.value, `'${key}'`, this.#context) ?? [];
  }

  mapping(key: string, known: readonly string[]): Mapping | undefined {
    const entry = this.#entries.get(key);
    return this.#reader.mapping(entry?.value ?? null, known, `'${key}'`, this.#context);
  }
}

/** Reads the nodes of one YAML document, aliases and merge keys resolved. */
export class YamlReader {
  readonly issues: Issues;
  readonly #document: Document;

  constructor(document: Document, issues: Issues) {
    this.#document = document;
    this.issues = issues;
  }

  resolve(node: unknown): Node | null {
    if (isAlias(node)) return (node.resolve(this.#document) as Node | undefined) ?? null;
    return isMap(node) || isSeq(node) || isScalar(node) ? node : null;
  }

  isNull(node: Node | null): boolean {
    const resolved = this.resolve(node);
    return resolved === null || (isScalar(resolved) && resolved.value === null);
  }

  text(node: Node | null, what: string, context: Context): string {
    const resolved = this.resolve(node);
    if (resolved === null) return '';
    if (isScalar(resolved)) {
      if (typeof resolved.value === 'string') return resolved.value;
      return resolved.value === null ? '' : (resolved.source ?? String(resolved.value));
    }
    this.issues.at(resolved, `${what} must be a text`, context, 'put it in quotes');
    return '';
  }

  items(node: Node | null, what: string, context: Context): readonly Node[] | undefined {
    const resolved = this.resolve(node);
    if (isSeq(resolved)) {
      return resolved.items.map((item) => this.resolve(item)).filter((item) => item !== null);
    }
    this.issues.at(
      resolved ?? node,
      `${what} must be a list`,
      context,
      'start each item with "- "',
    );
    return undefined;
  }

  entries(node: Node | null, what: string, context: Context): Map<string, Entry> | undefined {
    const resolved = this.resolve(node);
    if (!isMap(resolved)) {
      this.issues.at(
        resolved ?? node,
        `${what} must be a mapping`,
        context,
        'write "key: value" lines',
      );
      return undefined;
    }
    const entries = new Map<string, Entry>();
    this.#collect(resolved, entries, what, context);
    return entries;
  }

  #collect(map: YAMLMap, entries: Map<string, Entry>, what: string, context: Context): void {
    for (const pair of map.items) {
      const key = pair.key;
      if (!isScalar(key)) {
        this.issues.at(map, `${what} has a key that is not a text`, context);
        continue;
      }
      const name = typeof key.value === 'string' ? key.value : String(key.source ?? key.value);
      const value = this.resolve(pair.value);
      if (name === '<<' && isMap(value)) {
        const merged = new Map<string, Entry>();
        this.#collect(value, merged, what, context);
        for (const [inner, entry] of merged) if (!entries.has(inner)) entries.set(inner, entry);
        continue;
      }
      entries.set(name, { key, value });
    }
  }

  /** A mapping that may have the known keys and no others. */
  mapping(
    node: Node | null,
    known: readonly string[],
    what: string,
    context: Context = {},
  ): Mapping | undefined {
    const entries = this.entries(node, what, context);
    if (entries === undefined) return undefined;
    for (const [name, { key }] of entries) {
      if (!known.includes(name)) {
        this.issues.at(
          key,
          `field ${name} not found in ${what}`,
          context,
          `known: ${known.join(', ')}`,
        );
      }
    }
    return new Mapping(this.resolve(node)!, entries, this, context);
  }
}
