// `npm test`: install, build, run every suite that can run, and end with one line of counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDebianPackages } from './debian-packages.mjs';
import { build, install, requireNode, root } from './prepare.mjs';

requireNode();
install();
const missing = installDebianPackages();
if (missing.length > 0)
  console.log(
    `Not installed: ${missing.join(', ')}. Suites that need them are skipped; \`apt-get install ${missing.join(' ')}\` brings them.`,
  );
build();

const folder = mkdtempSync(join(tmpdir(), 'bellwether-test-'));
const report = join(folder, 'vitest.json');
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);

let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  const tests = result.testResults.flatMap((file) => file.assertionResults);
  const broken = result.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const skipped = tests.filter(
    (test) => test.status === 'skipped' || test.status === 'pending' || test.status === 'todo',
  );
  counts = {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: tests.filter((test) => test.status === 'failed').length + broken.length,
    skipped: skipped.length,
  };
  for (const test of skipped) console.log(`skipped: ${test.fullName}`);
} catch (error) {
  console.error(`The report of the tests cannot be read: ${error.message}`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(status === 0 && counts.failed === 0 ? 0 : 1);
