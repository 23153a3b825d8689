import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { BellwetherError } from '../errors.ts';
import { parseYaml } from './parse-yaml.ts';
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
  const read = parseYaml(text, file, configSchema);
  if ('value' in read) return read.value;
  throw new BellwetherError(
    'BW_CONFIG_INVALID',
    read.problems.join('\n'),
    'Correct the file and start again; nothing was changed.',
  );
}
