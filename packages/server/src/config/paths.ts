import { isAbsolute, resolve } from 'node:path';

/** A path of the configuration: relative ones start at the folder of its file. */
export function resolveFrom(directory: string, path: string): string {
  return isAbsolute(path) ? path : resolve(directory, path);
}
