// What `npm start` and `npm test` both need: packages installed, everything built. Plain Node, no dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../..');

/** Ends with a sentence when this Node is too old for what we use. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Bellwether needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and run the command again.`,
  );
  process.exit(2);
}

/** Installs packages at the lockfile's versions, unless that was done since the lockfile changed. */
export function install() {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  run('Installing packages (once; about 800 MB on disk, most of it ClickHouse)', 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
}

/** Builds the packages (only what changed) and the pages (when a source is newer than they are). */
export function build() {
  run('Building', process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b']);
  const web = join(root, 'packages/web');
  const built = join(web, 'dist/index.html');
  if (!existsSync(built) || newest(web) > statSync(built).mtimeMs)
    run('Building the pages', 'npm', [
      'run',
      'build',
      '-w',
      '@bellwether/web',
      '--silent',
      '--',
      '--logLevel',
      'warn',
    ]);
}

export function run(what, command, args) {
  const began = Date.now();
  console.log(`${what} …`);
  const { status, signal } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) {
    console.log(`${what}: done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    return;
  }
  console.error(
    `${what} failed (${signal ?? `exit code ${status}`}): ${command} ${args.join(' ')}`,
  );
  process.exit(status ?? 1);
}

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}
