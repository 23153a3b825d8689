import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from '@bellwether/promql';
import { suiteAt } from '../suites-folder.ts';
import { fillVariables } from './fill-variables.ts';

const FILE = 'dashboard-expressions.json';

/**
 * `conformance -- dashboards [--dir DIR] [--json]`: whether the queries of others' dashboards, a list of texts with
 * Grafana's variables in them, can be read.
 *
 * @returns 0: all can, or there is nothing to read · 1: some cannot · 2: it could not be run
 */
export async function dashboardSuite(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { dir: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const dir = suiteAt('rules', { dir: values.dir, json: values.json });
  if (typeof dir === 'number') return dir;
  const expressions = JSON.parse(await readFile(join(dir, FILE), 'utf8')) as readonly string[];
  const failed = expressions.flatMap((expression) => {
    const reason = problemOf(expression);
    return reason === undefined ? [] : [{ expression, reason }];
  });
  for (const { expression, reason } of failed) console.log(`${expression}\n    ${reason}`);
  const passed = expressions.length - failed.length;
  console.log(`${FILE}: ${passed} passed, ${failed.length} failed`);
  if (values.json) console.log(JSON.stringify({ passed, failed: failed.length }));
  return failed.length === 0 ? 0 : 1;
}

function problemOf(expression: string): string | undefined {
  try {
    parse(fillVariables(expression));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
