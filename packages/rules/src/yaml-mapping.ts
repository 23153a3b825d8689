import { parseDuration } from '@bellwether/promql';
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Context, Issues } from './issues.ts';
import { yamlBoolean, yamlNumber } from './yaml/scalars.ts';
import { isNullNode, scalarText, type YamlDocument, type YamlEntry } from './yaml/yaml-document.ts';

/**
 * A mapping of a YAML document with a fixed set of keys: every key not known is an issue, and each
 * getter reports what has the wrong form and carries on with a default.
 */
export class Mapping {
  readonly node: Node;
  readonly #entries: ReadonlyMap<string, YamlEntry>;
  readonly #reader: YamlReader;
  readonly #context: Context;

  constructor(
    node: Node,
    entries: ReadonlyMap<string, YamlEntry>,
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
    const value = yamlNumber(text);
    if (value !== undefined && Number.isSafeInteger(value) && value >= 0) return value;
    this.#reader.issues.at(
      this.at(key),
      `'${key}' must be a whole number, not ${text}`,
      this.#context,
    );
    return undefined;
  }

  flag(key: string): boolean {
    const text = this.text(key);
    const value = text === '' ? false : yamlBoolean(text);
    if (value !== undefined) return value;
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
    if (entry === undefined || isNullNode(entry.value)) return [];
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
    if (entry === undefined || isNullNode(entry.value)) return [];
    return this.#reader.items(entry.value, `'${key}'`, this.#context) ?? [];
  }

  mapping(key: string, known: readonly string[]): Mapping | undefined {
    const entry = this.#entries.get(key);
    return this.#reader.mapping(entry?.value ?? null, known, `'${key}'`, this.#context);
  }
}

/** Reads the nodes of one YAML document and says what has the wrong form. */
export class YamlReader {
  readonly issues: Issues;
  readonly #document: YamlDocument;

  constructor(document: YamlDocument, issues: Issues) {
    this.#document = document;
    this.issues = issues;
  }

  text(node: Node | null, what: string, context: Context): string {
    if (node === null) return '';
    if (isScalar(node)) return scalarText(node);
    this.issues.at(node, `${what} must be a text`, context, 'put it in quotes');
    return '';
  }

  items(node: Node | null, what: string, context: Context): readonly Node[] | undefined {
    if (isSeq(node)) {
      return node.items.map((item) => this.#document.resolve(item)).filter((item) => item !== null);
    }
    this.issues.at(node, `${what} must be a list`, context, 'start each item with "- "');
    return undefined;
  }

  entries(node: Node | null, what: string, context: Context): Map<string, YamlEntry> | undefined {
    if (!isMap(node)) {
      this.issues.at(node, `${what} must be a mapping`, context, 'write "key: value" lines');
      return undefined;
    }
    return this.#document.entries(node, ({ offset, message, hint }) =>
      this.issues.atOffset(offset, `${what}: ${message}`, context, hint),
    );
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
    return new Mapping(node!, entries, this, context);
  }
}
