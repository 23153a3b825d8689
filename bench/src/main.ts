import { type Bench, formatReport } from './report.ts';

/** Every benchmark by name. A file is loaded only when it is run. */
const BENCHES: Readonly<Record<string, () => Promise<{ run: Bench }>>> = {
  abuse: () => import('./abuse/bench.ts'),
  events: () => import('./events/bench.ts'),
  capacity: () => import('./ingest/capacity.ts'),
  ingest: () => import('./ingest/bench.ts'),
  promql: () => import('./promql/bench.ts'),
  responsiveness: () => import('./responsiveness/bench.ts'),
  rollups: () => import('./rollups/bench.ts'),
  sdk: () => import('./sdk.ts'),
};

const USAGE = `Usage: npm run bench -- NAME [--json]

  NAME    ${Object.keys(BENCHES).join(', ')}
  --json  put the report as one JSON object on the last line
`;

const names = process.argv.slice(2).filter((argument) => argument !== '--json');
const load = names.length === 1 ? BENCHES[names[0]!] : undefined;
if (load === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const { run } = await load();
  const report = await run();
  process.stdout.write(formatReport(report));
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(report)}\n`);
}
