import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { suiteAt } from '../suites-folder.ts';
import { type CaseResult, runScript } from './run-script.ts';

/** What the suite counted, a file at a time and in total. */
interface SuiteReport {
  readonly passed: number;
  readonly failed: number;
  readonly files: Readonly<Record<string, { readonly passed: number; readonly failed: number }>>;
}

/**
 * `conformance -- promql [--dir DIR] [--json]`: Prometheus' own PromQL scripts against our engine.
 *
 * @returns 0: all passed, or there is nothing to run · 1: some failed · 2: it could not be run
 */
export async function promqlSuite(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { dir: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const dir = suiteAt('promql', { dir: values.dir, json: values.json });
  if (typeof dir === 'number') return dir;
  const results = await runFolder(dir);
  if (results.size === 0) {
    console.error(`the folder ${dir} has no *.test scripts; give another with --dir`);
    return 2;
  }
  const report = count(results);
  print(results, report);
  if (values.json) console.log(JSON.stringify(report));
  return report.failed === 0 ? 0 : 1;
}

/** Runs every script of a folder, in the order of their names. */
async function runFolder(dir: string): Promise<Map<string, CaseResult[]>> {
  const results = new Map<string, CaseResult[]>();
  const names = (await readdir(dir)).filter((name) => name.endsWith('.test')).sort();
  for (const name of names) {
    results.set(name, await runScript(await readFile(join(dir, name), 'utf8')));
  }
  return results;
}

function count(results: ReadonlyMap<string, readonly CaseResult[]>): SuiteReport {
  const files: Record<string, { passed: number; failed: number }> = {};
  let passed = 0;
  let failed = 0;
  for (const [name, cases] of results) {
    const good = cases.filter((one) => one.failure === undefined).length;
    files[name] = { passed: good, failed: cases.length - good };
    passed += good;
    failed += cases.length - good;
  }
  return { passed, failed, files };
}

function print(results: ReadonlyMap<string, readonly CaseResult[]>, report: SuiteReport): void {
  for (const [name, cases] of results) {
    for (const { line, expression, failure } of cases) {
      if (failure !== undefined) console.log(`${name}:${line}: ${expression}\n    ${failure}`);
    }
  }
  for (const [name, { passed, failed }] of Object.entries(report.files))
    console.log(`${name.padEnd(28)} ${passed} passed, ${failed} failed`);
  console.log(`${'total'.padEnd(28)} ${report.passed} passed, ${report.failed} failed`);
}
