import { YamlDocument } from '@bellwether/rules';
import type { z } from 'zod';
import { lineAndColumn } from './line-and-column.ts';
import { NodeReader, type Places } from './read-node.ts';

/** Told of one file; whoever mends these reads it again. */
const MOST_PROBLEMS = 100;

/**
 * Reads a text of YAML (and so of JSON) by a schema.
 * @returns What the schema makes of it, or every problem as `file:line:column key: what`; `file` only names it there.
 */
export function parseYaml<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
): { readonly value: z.output<Schema> } | { readonly problems: readonly string[] } {
  const at = (offset: number, message: string): string =>
    `${file}:${lineAndColumn(text, offset)} ${message}`;
  const [document, second] = YamlDocument.readAll(text);
  const reader = new NodeReader(document);
  const isList = schema._zod.def.type === 'array';
  const value =
    document.problems.length === 0
      ? (reader.read(document.root, schema) ?? (isList ? [] : {}))
      : undefined;
  const problems = [...document.problems, ...reader.problems]
    .slice(0, MOST_PROBLEMS)
    .map(({ offset, message, hint }) =>
      at(offset, hint === undefined ? message : `${message}; ${hint}`),
    );
  if (second !== undefined)
    problems.push(at(second.start, 'a second document begins here; one is read'));
  if (problems.length > 0) return { problems };
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data };
  const all = result.error.issues.flatMap(describe);
  const told = all.slice(0, MOST_PROBLEMS).map(({ path, message }) => {
    const offset = offsetAt(value, path, reader.places) ?? document.start;
    return at(offset, `${path.join('.') || 'document'}: ${message}`);
  });
  const more = all.length - told.length;
  return { problems: more > 0 ? [...told, `${file}: and ${more} problems more`] : told };
}

function describe(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: 'this key is not known here',
    }));
  return [{ path: issue.path, message: issue.message }];
}

/** Of the key or item that a path leads to, or of its nearest parent that exists. */
function offsetAt(root: unknown, path: readonly PropertyKey[], places: Places): number | undefined {
  let value = root;
  let offset: number | undefined;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return offset;
    const here = places.get(value)?.get(part);
    if (here === undefined) return offset;
    offset = here;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return offset;
}
