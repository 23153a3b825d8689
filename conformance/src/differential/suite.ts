import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { SPAN_MS, seriesFrom } from './data.ts';
import { push } from './remote-write.ts';
import { type Case, type Outcome, run } from './run.ts';
import { startServers } from './servers.ts';

/**
 * `conformance -- differential [--runs N] [--seed S] [--json]`: random expressions to a Prometheus 2.42 of this machine and
 * to us, over the same samples. The question number i of seed S is the first one of seed S + i.
 *
 * @returns 0: all differences are deliberate, or there is no Prometheus · 1: some are not
 */
export async function differentialSuite(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  if (!Number.isSafeInteger(runs) || !Number.isSafeInteger(seed))
    throw Object.assign(new Error('--runs and --seed are whole numbers'), { code: 'USAGE' });
  if (spawnSync('prometheus', ['--version']).status !== 0) {
    console.error('Skipped: there is no prometheus on this machine.');
    if (values.json) console.log(JSON.stringify({ skipped: 'no prometheus' }));
    return 0;
  }
  const servers = await startServers();
  try {
    // Whole hours: where windows and steps lie on the samples is then the same in every run.
    const start = Math.floor(Date.now() / SPAN_MS - 1) * SPAN_MS;
    const series = seriesFrom(start);
    await Promise.all([push(servers.theirs, series), push(servers.ours, series)]);
    const outcome = await run(servers, { runs, seed, start: start / 1000 });
    return report(outcome, { runs, seed, start: start / 1000, json: values.json });
  } finally {
    await servers.stop();
  }
}

interface Asked {
  readonly runs: number;
  readonly seed: number;
  readonly start: number;
  readonly json: boolean;
}

function report({ cases, answers }: Outcome, { runs, seed, start, json }: Asked): number {
  const reasons = new Map<string, number>();
  const unexplained = cases.filter(({ because }) => because === undefined);
  for (const { because } of cases)
    if (because !== undefined) reasons.set(because, (reasons.get(because) ?? 0) + 1);
  for (const one of unexplained) print(one, start);
  console.log(
    `${runs} expressions from seed ${seed}: ${answers.values} with values, ${answers.empty} without, ${answers.error} refused`,
  );
  const counted = [...reasons].sort(([, a], [, b]) => b - a);
  for (const [name, count] of [
    ['answered alike', runs - cases.length] as const,
    ...counted,
    ['unexplained', unexplained.length] as const,
  ])
    console.log(`${String(count).padStart(7)}  ${name}`);
  if (json)
    console.log(
      JSON.stringify({
        runs,
        seed,
        answers,
        alike: runs - cases.length,
        deliberate: Object.fromEntries(reasons),
        unexplained: unexplained.map((one) => ({ seed: one.seed, ...one.question })),
      }),
    );
  return unexplained.length === 0 ? 0 : 1;
}

/** Times are seconds after the first sample's hour. */
function print({ seed, question, differences }: Case, start: number): void {
  const { expression, time, range } = question;
  const from = time - start;
  const when =
    range === undefined ? `at ${from}` : `from ${from} to ${range.end - start} by ${range.step}`;
  console.log(`seed ${seed}: ${expression}\n    ${when}`);
  for (const difference of differences.slice(0, 3))
    console.log(`    ${JSON.stringify(difference)}`);
}
