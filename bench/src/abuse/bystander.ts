import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { SeriesColumns } from '@bellwether/promql';
import { remoteWrite } from '../promql/remote-write.ts';

/*
 * Somebody who uses the server while others attack it: asks for its health again and again, and sends one numbered sample
 * after the other, each until it is acknowledged. A process of its own, so that no attacker holds it up. Each line on
 * stdin is answered with one line: what was seen since the last.
 */

/** What a bystander saw. */
export interface Seen {
  /** Milliseconds that `/-/healthy` took, of somebody who asks every 5 ms. */
  readonly healthy: number[];
  /** The time of each sample that was acknowledged, milliseconds. */
  readonly acknowledged: number[];
  readonly refused: number;
}

const EACH_MS = 5;

const url = process.argv[2]!;
const series = process.argv[3]!;
let seen = { healthy: [] as number[], acknowledged: [] as number[], refused: 0 };

async function askForHealth(): Promise<never> {
  for (;;) {
    const began = performance.now();
    await fetch(`${url}/-/healthy`).then(
      (response) => response.text(),
      () => pause(1000),
    );
    const took = performance.now() - began;
    // Who would have asked meanwhile would have waited too. Source: HdrHistogram, "coordinated omission".
    for (let waited = took; waited > 0; waited -= EACH_MS) seen.healthy.push(waited);
    await pause(Math.max(0, EACH_MS - took));
  }
}

async function sendSamples(): Promise<never> {
  for (let n = 0; ; n++) {
    const time = Date.now();
    const columns: SeriesColumns = {
      labels: { __name__: series },
      times: Float64Array.of(time),
      values: Float64Array.of(n),
    };
    while (!(await acknowledged(columns))) {
      seen.refused++;
      await pause(100);
    }
    seen.acknowledged.push(time);
    await pause(20);
  }
}

async function acknowledged(columns: SeriesColumns): Promise<boolean> {
  return remoteWrite(`${url}/api/v1/write`, [columns], 0, 1).then(
    () => true,
    () => false,
  );
}

void askForHealth();
void sendSamples();
for await (const _line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(seen satisfies Seen)}\n`);
  seen = { healthy: [], acknowledged: [], refused: 0 };
}
process.exit(0);
