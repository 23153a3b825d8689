#!/usr/bin/env node
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LiveTraffic } from './live-traffic.ts';
import { tetherToParent } from './tether.ts';
import { TrafficSource } from './traffic-source.ts';

const USAGE = `Usage: traffic.js --target URL [--from MS] [--hard-from MS] [--seed N] [--tethered]

  --target     the service, such as http://127.0.0.1:8001
  --from       go on with the plan from here, in milliseconds since 1970 (default now)
  --hard-from  when hard mail sets in, in milliseconds since 1970 (default never)
  --seed       which day to send (default 1)
  --tethered   end when standard input does, so as not to outlive a parent that was killed
`;

const TICK_MS = 100;
const TIMEOUT_MS = 10_000;

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${USAGE}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        target: { type: 'string' },
        from: { type: 'string' },
        'hard-from': { type: 'string' },
        seed: { type: 'string', default: '1' },
        tethered: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function number(name: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  return Number.isNaN(value) ? fail(`--${name} must be a number, not "${text}".`) : value;
}

const values = readArguments();
if (values.tethered) tetherToParent();
const target = values.target ?? fail('--target is missing.');
if (!URL.canParse(target)) fail(`--target must be a URL, not "${target}".`);

const source = new TrafficSource({
  hardFrom: number('hard-from', values['hard-from'], Number.POSITIVE_INFINITY),
  seed: number('seed', values.seed, 1),
});

async function post(path: string, body: Buffer): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(path, target), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** What `fetch` wraps in "fetch failed". */
function reason(error: unknown): string {
  return String((error instanceof Error && error.cause) || error);
}

const traffic = new LiveTraffic(source, post, number('from', values.from, Date.now()));
let unreachable = false;
process.stdout.write(`${JSON.stringify({ sending: target, pid: process.pid })}\n`);

for (;;) {
  try {
    // A tick that had nothing to send does not show that the service is back.
    if ((await traffic.tick(Date.now())) > 0) unreachable = false;
  } catch (error) {
    // A service that is down is said once and tried again: traffic does not stop for it.
    if (!unreachable) process.stderr.write(`${target} does not answer: ${reason(error)}\n`);
    unreachable = true;
  }
  await pause(TICK_MS);
}
