// `npm run matrix [-- VERSION …]`: unit tests and a live smoke on each Node that people run. npm's packages of Node's
// binaries bring them; they are kept in .cache/node.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, requireNode, root } from './prepare.mjs';

const VERSIONS = ['20.19', '22', '24', '26'];
/** Starts the program, scrapes, stores, answers and stops: what differs between versions of Node shows there. */
const SMOKE = ['own-metrics', 'reload'].map((name) => `packages/server/src/${name}.live.test.ts`);

requireNode();
install();
build();
const asked = process.argv.slice(2);
const results = (asked.length > 0 ? asked : VERSIONS).map((version) => [version, tried(version)]);
for (const [version, what] of results) console.log(`Node ${version}: ${what}`);
process.exit(results.every(([, what]) => what === 'passed') ? 0 : 1);

/** "passed", or what did not. */
function tried(version) {
  const node = nodeOf(version);
  if (node === undefined) return 'cannot be installed';
  const full = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  console.log(`\n== Node ${full ?? version}`);
  for (const args of [
    ['--project', 'unit'],
    ['--project', 'live', ...SMOKE],
  ]) {
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args];
    if (spawnSync(node, vitest, { cwd: root, stdio: 'inherit' }).status !== 0)
      return `failed: ${args.join(' ')}`;
  }
  return 'passed';
}

function nodeOf(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, '.cache/node', version);
  const binary = join(folder, 'node_modules', name, 'bin/node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    spawnSync('npm', ['install', ...quiet, '--prefix', folder, `${name}@${version}`], {
      cwd: folder,
      stdio: 'inherit',
    });
  }
  return existsSync(binary) ? binary : undefined;
}
