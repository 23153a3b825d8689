import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RuleFileError } from '../rule-file-error.ts';
import { type RuleTestReport, runRuleTests } from './run-rule-tests.ts';

/** Cases of Prometheus' own repository; they are not part of ours. */
const folder = join(
  process.env.CONFORMANCE_DIR ??
    new URL('../../../../../shared/conformance', import.meta.url).pathname,
  'promtool',
);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const run = (file: string): Promise<RuleTestReport> =>
  runRuleTests({ file, text: read(file) }, { readRuleFile: read });

/** What failed, as kind and subject. */
const failures = (report: RuleTestReport): [string, string][] =>
  report.tests.flatMap((test) =>
    test.failures.map(({ kind, subject }): [string, string] => [kind, subject]),
  );

describe.skipIf(!existsSync(folder))("Prometheus' own tests of promtool", () => {
  it.each(['unittest.yml', 'long-period.yml', 'at-modifier-test.yml'])(
    '%s passes',
    async (file) => {
      const report = await run(file);
      expect(failures(report)).toEqual([]);
      expect(report.passed).toBe(true);
    },
  );

  it('bad-rules-error-test.yml fails because its rule does', async () => {
    expect(failures(await run('bad-rules-error-test.yml'))).toEqual([['rule', 'joined']]);
  });

  it('failing.yml fails where promtool says it does', async () => {
    const report = await run('failing.yml');
    expect(
      report.tests.map((test) => test.failures.map(({ kind, subject }) => [kind, subject])),
    ).toEqual([
      [
        ['alert', 'Test'],
        ['expr', 'test'],
      ],
      [
        ['alert', 'InstanceDown'],
        ['alert', 'AlwaysFiring'],
      ],
    ]);
  });

  it('a rule file is no test file', async () => {
    await expect(run('rules.yml')).rejects.toThrow(RuleFileError);
  });
});
