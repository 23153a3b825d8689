import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Format, Payload } from './payload.ts';

/*
 * Sends prediction events over a few connections, each waiting for the answer to its last request. Run as a process of
 * its own: one line on stdout says how it went.
 */

/** What the sender is told, as JSON in its first argument. */
export interface Order {
  readonly url: string;
  readonly format: Format;
  /** Number of the first event: events of one number are the same. */
  readonly first: number;
  readonly events: number;
  readonly eventsPerRequest: number;
  readonly connections: number;
}

/** What the sender says at the end. */
export interface Sent {
  readonly ms: number;
  /** Answers of 429 and 503, each sent again. */
  readonly deferred: number;
  readonly bytes: number;
}

const order = JSON.parse(process.argv[2]!) as Order;
let next = order.first;
let deferred = 0;
let bytes = 0;

async function connection(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const payload = new Payload(order.eventsPerRequest, order.format);
  for (; next < order.first + order.events; ) {
    const first = next;
    next += order.eventsPerRequest;
    const body = payload.body(first, Date.now());
    bytes += body.length;
    for (;;) {
      const status = await post(agent, body);
      if (status === 200) break;
      if (status !== 429 && status !== 503) throw new Error(`the server answered ${status}`);
      deferred++;
      await pause(100);
    }
  }
  agent.destroy();
}

function post(agent: Agent, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': order.format === 'json' ? 'application/json' : 'application/x-ndjson',
      'content-length': body.length,
    };
    const sent = request(order.url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 500));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const began = performance.now();
await Promise.all(Array.from({ length: order.connections }, connection));
const sent: Sent = { ms: performance.now() - began, deferred, bytes };
process.stdout.write(`${JSON.stringify(sent)}\n`);
