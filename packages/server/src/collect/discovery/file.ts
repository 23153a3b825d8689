import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { z } from 'zod';
import { type FileSdConfig, targetGroupSchema } from '../../config/discovery-schema.ts';
import { parseYaml } from '../../config/parse-yaml.ts';
import { resolveFrom } from '../../config/paths.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Discovery, TargetGroup } from './discovery.ts';
import { Poll } from './poll.ts';

const fileSchema = z.array(targetGroupSchema);
/** Editors write a file in several steps; the last one counts. */
const SETTLE_MS = 100;

/**
 * Reads target groups from JSON and YAML files and follows their changes. A file that cannot be read keeps the targets
 * it named last; one that is gone takes them with it.
 * Source: prometheus.io, "Configuration", `<file_sd_config>`.
 */
export class FileDiscovery implements Discovery {
  readonly #patterns: readonly string[];
  readonly #log: Logger;
  readonly #poll: Poll;
  readonly #read = new Map<string, readonly TargetGroup[]>();
  readonly #watchers = new Map<string, FSWatcher>();
  #settle: NodeJS.Timeout | undefined;
  #onGroups: (groups: readonly TargetGroup[]) => void = () => undefined;

  constructor(config: FileSdConfig, directory: string, log: Logger) {
    this.#patterns = config.files.map((file) => resolveFrom(directory, file));
    this.#log = log;
    this.#poll = new Poll(config.files.join(', '), config.refresh_interval, log, () =>
      this.#look(),
    );
  }

  async start(onGroups: (groups: readonly TargetGroup[]) => void): Promise<void> {
    this.#onGroups = onGroups;
    await this.#poll.now();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#settle);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    await this.#poll.stop();
  }

  async #look(): Promise<void> {
    for (const pattern of this.#patterns) this.#watch(dirname(pattern));
    const files = (await Promise.all(this.#patterns.map(filesOf))).flat();
    const problems: string[] = [];
    for (const file of files) {
      try {
        const groups = await readGroups(file);
        if (groups === null) this.#read.delete(file);
        else this.#read.set(file, groups);
      } catch (error) {
        problems.push(messageOf(error));
      }
    }
    for (const file of this.#read.keys()) if (!files.includes(file)) this.#read.delete(file);
    this.#onGroups([...this.#read.values()].flat());
    if (problems.length > 0) throw new Error(problems.join('; '));
  }

  /** Watches the folder, as a file that is replaced by another of its name is lost to one who watches the file. */
  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, () => {
        clearTimeout(this.#settle);
        this.#settle = setTimeout(() => void this.#poll.now(), SETTLE_MS);
      });
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, watcher);
    } catch (error) {
      this.#log.debug({ folder, error: messageOf(error) }, 'cannot watch the folder yet');
    }
  }
}

async function filesOf(pattern: string): Promise<string[]> {
  if (!isDynamicPattern(pattern)) return [pattern];
  return (await glob(pattern, { absolute: true, expandDirectories: false })).sort();
}

/** Null when there is no such file. */
async function readGroups(file: string): Promise<TargetGroup[] | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  // JSON is YAML too, and YAML's errors name the place.
  const read = parseYaml(text, file, fileSchema);
  if ('problems' in read) throw new Error(read.problems.join('; '));
  return read.value.map(({ targets, labels = {} }, index) => ({
    source: `${file}:${index}`,
    targets: targets.map((address) => ({ __address__: address })),
    labels: { ...labels, __meta_filepath: file },
  }));
}
