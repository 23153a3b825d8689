import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isCollection, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { BellwetherError } from '../errors.ts';
import { type Config, type ConfigInput, configSchema } from './schema.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path of the file, or null for a configuration made in code. */
  readonly file: string | null;
  /** Relative paths in the configuration are taken from here. */
  readonly directory: string;
}

/**
 * Reads and checks a configuration file.
 * @throws BellwetherError `BW_CONFIG_NOT_FOUND`; `BW_CONFIG_INVALID` with every problem as `file:line:column key: what`.
 */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  const file = resolve(path);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new BellwetherError(
      'BW_CONFIG_NOT_FOUND',
      `cannot read the configuration ${file}`,
      'Name an existing file with -c, or leave -c away to start without one.',
      { cause },
    );
  }
  return { config: parseConfig(text, file), file, directory: dirname(file) };
}

/** Checks a configuration made in code, as a test or the demo does. */
export function configFrom(input: ConfigInput, directory = process.cwd()): LoadedConfig {
  return { config: configSchema.parse(input), file: null, directory };
}

/** Parses the text of a configuration; `file` only names it in errors. */
export function parseConfig(text: string, file: string): Config {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const problems = document.errors.map((error) => at(error.pos[0], error.message));
  if (problems.length === 0) {
    const result = configSchema.safeParse(document.toJS() ?? {});
    if (result.success) return result.data;
    for (const issue of result.error.issues) problems.push(...describe(issue));
  }
  throw new BellwetherError(
    'BW_CONFIG_INVALID',
    problems.join('\n'),
    'Correct the file and start again; nothing was changed.',
  );

  function at(offset: number, message: string): string {
    const { line, col } = lineCounter.linePos(offset);
    return `${file}:${line}:${col} ${message}`;
  }

  function describe(issue: z.core.$ZodIssue): string[] {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const path = [...issue.path, key];
        return at(offsetOf(path), `${path.join('.')}: this key is not known here`);
      });
    }
    // Of a key that is none, what the rule for keys says of it.
    const message =
      (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
    return [at(offsetOf(issue.path), `${issue.path.join('.') || 'document'}: ${message}`)];
  }

  /** Offset of the key (or list item) that a path leads to, or of its nearest parent that exists. */
  function offsetOf(path: readonly PropertyKey[]): number {
    let node: unknown = document.contents;
    let offset = (document.contents as Node | null)?.range?.[0] ?? 0;
    for (const part of path) {
      if (!isCollection(node)) return offset;
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      );
      if (pair !== undefined && isPair(pair)) {
        offset = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value;
      } else {
        node = typeof part === 'number' ? node.items[part] : undefined;
        offset = (node as Node | undefined)?.range?.[0] ?? offset;
      }
    }
    return offset;
  }
}
