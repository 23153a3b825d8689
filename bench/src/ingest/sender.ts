import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Payload, STEP_MS } from './payload.ts';

/*
 * Sends remote write requests over a few connections, as a Prometheus with as many shards does: the series of a shard
 * always go over the same connection, so that their samples arrive in order. Run as a process of its own: one line on
 * stdin starts it once the requests are made, one line on stdout says how it went.
 */

/** What the sender is told, as JSON in its first argument. */
export interface Order {
  readonly url: string;
  readonly series: number;
  /** Samples of each series. */
  readonly rounds: number;
  readonly samplesPerRequest: number;
  readonly connections: number;
  /** Time of the last sample. */
  readonly end: number;
  /** Whether to make every request before the first is sent, which takes memory. */
  readonly prepared: boolean;
}

/** What the sender says at the end. */
export interface Sent {
  readonly samples: number;
  readonly ms: number;
  /** Answers other than 2xx, each sent again. */
  readonly refused: number;
}

const order = JSON.parse(process.argv[2]!) as Order;
let refused = 0;

function* requests(part: number): Generator<Buffer> {
  const payload = new Payload(order.series, part, order.connections);
  for (let round = 0; round < order.rounds; round++) {
    const time = order.end - (order.rounds - 1 - round) * STEP_MS;
    for (let from = 0; from < payload.series; from += order.samplesPerRequest)
      yield payload.request(from, Math.min(payload.series, from + order.samplesPerRequest), time);
  }
}

async function shard(bodies: Iterable<Buffer>): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const body of bodies)
    while ((await post(agent, body)) >= 300) {
      refused++;
      await pause(200);
    }
  agent.destroy();
}

function post(agent: Agent, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'content-length': body.length,
      'x-prometheus-remote-write-version': '0.1.0',
    };
    const sent = request(order.url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 500));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const parts = Array.from({ length: order.connections }, (_, part) => requests(part));
const bodies = order.prepared ? parts.map((part) => [...part]) : parts;
process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  const began = performance.now();
  await Promise.all(bodies.map(shard));
  const sent: Sent = {
    samples: order.series * order.rounds,
    ms: performance.now() - began,
    refused,
  };
  process.stdout.write(`${JSON.stringify(sent)}\n`);
  process.exit(0);
});
