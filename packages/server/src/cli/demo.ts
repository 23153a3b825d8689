import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { backfill } from '../collect/backfill.ts';
import { openServer, type RunningServer } from '../compose.ts';
import { configFrom } from '../config/load.ts';
import { DEMO_RULE_FILES, MailExample } from '../demo/mail-example.ts';
import { DEMO_TARGET, demoConfig, HARD_BEFORE_END_MS, REPLAY_STEP_MS } from '../demo/settings.ts';
import { BellwetherError } from '../errors.ts';
import { createLogger } from '../log.ts';
import { untilStopped } from './until-stopped.ts';

interface DemoOptions {
  listen: string;
  data?: string;
  hours: string;
  cache?: string;
}

/** `bellwether demo`: a real spam classifier with a day behind it, watched live. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('Watch a real spam classifier: replay a day of mail through it, then go on live.')
    .option('--listen <host:port>', 'address to listen on', '127.0.0.1:2355')
    .option('--data <folder>', 'data folder; default: a temporary one, removed at the end')
    .option('--hours <n>', 'how much of the past to replay', '24')
    .option(
      '--cache <folder>',
      "where the example keeps its trained model (default: the example's)",
    )
    .action(runDemo);
}

async function runDemo(options: DemoOptions): Promise<void> {
  const log = createLogger({ level: process.env['BELLWETHER_LOG_LEVEL'] ?? 'warn' });
  const temporary =
    options.data === undefined ? await mkdtemp(join(tmpdir(), 'bellwether-demo-')) : null;
  let example: MailExample | undefined;
  let server: RunningServer | undefined;
  const stop = async (): Promise<void> => {
    await server?.stop();
    await example?.stop();
    if (temporary !== null) await rm(temporary, { recursive: true, force: true });
  };
  try {
    say('Starting the mail service (the first start trains its model) …');
    example = await MailExample.start({
      ...(options.cache === undefined ? {} : { cache: options.cache }),
      onTraining: (line) => log.info(line),
    });
    const to = Math.floor(Date.now() / REPLAY_STEP_MS) * REPLAY_STEP_MS;
    const from = to - hoursOf(options.hours) * 3_600_000;
    const hardFrom = to - HARD_BEFORE_END_MS;
    const config = demoConfig({
      listen: options.listen,
      data: options.data ?? temporary!,
      mailAddress: example.address,
      ruleFiles: DEMO_RULE_FILES,
    });
    server = await openServer({ ...configFrom(config), log, demo: note(from, to) });
    const newest = await replayUntilNow(server, example, { from, to, hardFrom });
    example.startTraffic(newest, hardFrom);
    await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  say(`\n  Bellwether is watching: ${server.url}\n  Stop with Ctrl-C.\n`);
  await untilStopped(stop);
}

function note(
  replayedFrom: number,
  replayedTo: number,
): { replayedFrom: number; replayedTo: number; note: string } {
  return {
    replayedFrom,
    replayedTo,
    note: 'The past day was replayed at full speed when the demo started: real mail through the real model, its results stored at simulated times. What follows is live.',
  };
}

/** Replays the past with a progress bar, then the seconds that went by meanwhile, until it meets the present. */
async function replayUntilNow(
  server: RunningServer,
  example: MailExample,
  past: { from: number; to: number; hardFrom: number },
): Promise<number> {
  const began = performance.now();
  const bar = new SingleBar({
    format:
      'Replaying real mail through the real model [{bar}] {percentage}% | {hours} h of {totalHours} h | {eta_formatted} left',
    stream: process.stdout,
    noTTYOutput: true,
    notTTYSchedule: 5000,
  });
  const hours = (ms: number): string => ((ms - past.from) / 3_600_000).toFixed(1);
  const totalHours = hours(past.to);
  bar.start(past.to - past.from, 0, { hours: '0.0', totalHours });
  let samples = 0;
  let from = past.from;
  for (let steps = (past.to - from) / REPLAY_STEP_MS; steps >= 1; ) {
    const to = from + Math.floor(steps) * REPLAY_STEP_MS;
    const stream = await example.replay(from, to, REPLAY_STEP_MS, past.hardFrom);
    const done = await backfill(stream, DEMO_TARGET, server.store, (at) =>
      bar.update(Math.min(at, past.to) - past.from, {
        hours: hours(Math.min(at, past.to)),
        totalHours,
      }),
    );
    samples += done.samples;
    from = to;
    steps = (Date.now() - from) / REPLAY_STEP_MS;
  }
  bar.update(past.to - past.from, { hours: totalHours, totalHours });
  bar.stop();
  say(
    `Replayed ${totalHours} h as ${samples.toLocaleString('en')} samples in ${((performance.now() - began) / 1000).toFixed(1)} s.`,
  );
  return from;
}

function hoursOf(text: string): number {
  const hours = Number(text);
  if (hours > 0 && hours <= 168) return hours;
  throw new BellwetherError(
    'BW_DEMO_UNAVAILABLE',
    `--hours ${text} is not a number of hours`,
    'Give a number above 0, at most 168.',
  );
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
