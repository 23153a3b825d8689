import { promqlSuite } from './promql/suite.ts';

/** Runs a published suite of another project against ours; answers the exit code. */
type Suite = (args: readonly string[]) => Promise<number>;

const SUITES: Readonly<Record<string, Suite>> = {
  promql: promqlSuite,
};

const [name, ...args] = process.argv.slice(2);
const suite = name === undefined ? undefined : SUITES[name];
if (suite === undefined) {
  console.error(`usage: npm run conformance -- <${Object.keys(SUITES).join('|')}> [options]`);
  process.exitCode = 2;
} else {
  process.exitCode = await suite(args);
}
