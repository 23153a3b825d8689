import {
  isNullNode,
  offsetOf,
  scalarText,
  type YamlDocument,
  type YamlProblem,
  yamlBoolean,
  yamlNumber,
} from '@bellwether/rules';
import { isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import type { z } from 'zod';
import { valueSchemaOf } from './named-schema.ts';
import { withoutDefaults } from './without-defaults.ts';

type Schema = z.core.$ZodTypes;

/** Where the parts of what was read stand in the text: for a mapping or a list, the offset of each key or item. */
export type Places = WeakMap<object, ReadonlyMap<PropertyKey, number>>;

/**
 * Reads YAML for a schema: a scalar becomes what the field there wants, so a text is what is written (`1.10`, `0123`,
 * `yes`) and a boolean may be written as YAML 1.1 does. A key with nothing behind it is left out, unless its field is a
 * text that may be empty. What the schema cannot take stays as it is, for the schema to say so.
 */
export class NodeReader {
  readonly places: Places = new WeakMap();
  readonly problems: YamlProblem[] = [];
  readonly #document: YamlDocument;

  constructor(document: YamlDocument) {
    this.#document = document;
  }

  /** @returns undefined for what is not there */
  read(node: Node | null, schema: z.core.$ZodType): unknown {
    const inner = firstOf(schema as Schema);
    if (isNullNode(node)) return undefined;
    if (isMap(node)) return this.#mapping(node, inner);
    if (isSeq(node)) return this.#list(node, inner);
    return isScalar(node) ? scalar(node, inner) : undefined;
  }

  #mapping(node: Parameters<YamlDocument['entries']>[0], schema: Schema): object {
    const { def } = schema._zod;
    const values = valueSchemaOf(schema) as Schema | undefined;
    const shape = def.type === 'object' ? def.shape : undefined;
    const mapping = Object.create(null) as Record<string, unknown>;
    const places = new Map<PropertyKey, number>();
    this.places.set(mapping, places);
    // A mapping where the schema wants something else is refused as a whole.
    if (values === undefined && shape === undefined) return mapping;
    const entries = this.#document.entries(node, (problem) => this.problems.push(problem));
    for (const [name, { key, value }] of entries) {
      places.set(name, offsetOf(key));
      const known = shape !== undefined && Object.hasOwn(shape, name);
      const own = (known ? shape[name] : values) as Schema | undefined;
      if (own === undefined) mapping[name] = null;
      else {
        const read = this.read(value, own) ?? (values === undefined ? emptyField(own) : empty(own));
        if (read !== undefined) mapping[name] = read;
      }
    }
    return mapping;
  }

  #list(node: { readonly items: readonly unknown[] }, schema: Schema): unknown[] {
    const { def } = schema._zod;
    const list: unknown[] = [];
    const places = new Map<PropertyKey, number>();
    this.places.set(list, places);
    if (def.type !== 'array') return list;
    for (const [index, item] of node.items.entries()) {
      const value = this.#document.resolve(item);
      places.set(index, offsetOf(value));
      list.push(this.read(value, def.element) ?? empty(def.element as Schema) ?? null);
    }
    return list;
  }
}

function scalar(node: Scalar, schema: Schema): unknown {
  const text = scalarText(node);
  const kind = kindOf(schema);
  if (kind === 'text') return text;
  // In quotes it is a text, whatever it looks like.
  if (node.type !== 'PLAIN' && node.tag === undefined) return text;
  if (kind === 'boolean') return yamlBoolean(text) ?? text;
  return kind === 'number' ? (yamlNumber(text) ?? text) : text;
}

/** What nothing stands for as an item of a list or under a key that somebody chose. */
function empty(schema: Schema): unknown {
  const inner = firstOf(schema);
  if (kindOf(inner) === 'text') return '';
  if (inner._zod.def.type === 'array') return [];
  return undefined;
}

/** What nothing stands for at a known key: no text where that is allowed, and else the default. */
function emptyField(schema: Schema): '' | undefined {
  const { type } = schema._zod.def;
  if (type !== 'default' && type !== 'prefault') return undefined;
  if (kindOf(firstOf(schema)) !== 'text') return undefined;
  return (schema as unknown as z.ZodType).safeParse('').success ? '' : undefined;
}

function kindOf(schema: Schema): 'text' | 'number' | 'boolean' | 'other' {
  const { def } = schema._zod;
  switch (def.type) {
    case 'string':
    case 'enum':
    case 'literal':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'union': {
      const kinds = def.options.map((option) => kindOf(firstOf(option as Schema)));
      // What takes a text takes it as it is written.
      return kinds.includes('text') ? 'text' : (kinds[0] ?? 'other');
    }
    default:
      return 'other';
  }
}

/** The schema that sees the value first. */
function firstOf(schema: Schema): Schema {
  const inner = withoutDefaults(schema);
  const { def } = inner._zod;
  if (def.type !== 'pipe' || valueSchemaOf(inner) !== undefined) return inner;
  return firstOf(def.in as Schema);
}
