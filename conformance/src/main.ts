import { dashboardSuite } from './dashboards/suite.ts';
import { differentialSuite } from './differential/suite.ts';
import { promqlSuite } from './promql/suite.ts';

/** Runs a published suite of another project against ours; answers the exit code. */
type Suite = (args: readonly string[]) => Promise<number>;

const SUITES: Readonly<Record<string, Suite>> = {
  dashboards: dashboardSuite,
  differential: differentialSuite,
  promql: promqlSuite,
};

const USAGE = `usage: npm run conformance -- <${Object.keys(SUITES).join('|')}> [--dir DIR] [--json]`;

const [name, ...args] = process.argv.slice(2);
const suite = name === undefined ? undefined : SUITES[name];
if (suite === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await suite(args);
  } catch (error) {
    // What cannot be understood or read has a message; a fault of ours has a stack too.
    const { code, message, stack } = error as NodeJS.ErrnoException;
    console.error(code === undefined ? stack : `${message}\n${USAGE}`);
    process.exitCode = 2;
  }
}
