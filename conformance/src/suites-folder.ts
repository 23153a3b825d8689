import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Where published suites lie: `CONFORMANCE_DIR`, or beside the repository. */
export function suitesFolder(): string {
  return resolve(process.env['CONFORMANCE_DIR'] ?? join(REPOSITORY, '../shared/conformance'));
}

/** What lies at `--dir`, or in the suites' folder under `name`; or the exit code of a suite that cannot run. */
export function suiteAt(
  name: string,
  { dir, json }: { readonly dir: string | undefined; readonly json: boolean },
): string | 0 | 2 {
  const path = dir ?? join(suitesFolder(), name);
  if (existsSync(path)) return path;
  const lacking = `the folder ${path} is not there`;
  // Whoever names a folder wants that one; without a name the suite may not lie beside this repository.
  if (dir !== undefined) {
    console.error(`${lacking}; give another with --dir`);
    return 2;
  }
  console.error(`Skipped: ${lacking}.`);
  if (json) console.log(JSON.stringify({ skipped: lacking }));
  return 0;
}
