import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { MailApi } from './api.ts';
import { InvalidRequest } from './errors.ts';
import { Replay, type ReplayClock } from './replay.ts';
import { loadTraffic, TrafficSource } from './traffic-source.ts';

const MIN_STEP_MS = 1000;

/** Parameters of `GET /replay`, all in milliseconds. */
interface ReplayQuery {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly hardFrom: number;
  readonly seed: number;
}

function integer(query: URLSearchParams, name: string, fallback?: number): number {
  const text = query.get(name);
  if (text === null && fallback !== undefined) return fallback;
  const value = Number(text ?? Number.NaN);
  if (!Number.isSafeInteger(value)) {
    throw new InvalidRequest(
      `"${name}" must be a whole number, in milliseconds where it is a time.`,
    );
  }
  return value;
}

function parseQuery(query: URLSearchParams): ReplayQuery {
  const from = integer(query, 'from');
  const to = integer(query, 'to');
  const step = integer(query, 'step', 15_000);
  if (to <= from) throw new InvalidRequest('"to" must be after "from".');
  if (step < MIN_STEP_MS) throw new InvalidRequest(`"step" must be at least ${MIN_STEP_MS}.`);
  const hardFrom = integer(query, 'hardFrom', Number.POSITIVE_INFINITY);
  return { from, to, step, hardFrom, seed: integer(query, 'seed', 1) };
}

/**
 * `GET /replay`, the demo's past: streams snapshots as they come, as fast as the client reads. Calls
 * that agree on `hardFrom` and `seed` continue one day; its late labels arrive when they are due,
 * also after the last call.
 */
export class ReplayRoute {
  readonly #api: MailApi;
  readonly #clock: ReplayClock;
  readonly #days = new Map<string, Replay>();
  #mails: ReturnType<typeof loadTraffic> | undefined;
  #running = false;

  constructor(api: MailApi, clock: ReplayClock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** @throws InvalidRequest when a parameter is missing or makes no sense, or a replay is running */
  async answer(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const { hardFrom, seed, ...span } = parseQuery(query);
    if (this.#running) throw new InvalidRequest('A replay is running; wait for its end.');
    this.#running = true;
    try {
      const replay = this.#day(hardFrom, seed);
      response.writeHead(200, { 'content-type': this.#api.monitor.contentType });
      for await (const snapshot of replay.run(span)) {
        if (response.destroyed) return;
        if (!response.write(snapshot)) await drained(response);
      }
      response.end();
    } finally {
      this.#running = false;
    }
  }

  /** To be called now and then: hands over labels of replayed mails that are due. */
  deliverDue(): void {
    if (this.#running) return;
    for (const replay of this.#days.values()) replay.deliverDue(this.#clock.now());
  }

  #day(hardFrom: number, seed: number): Replay {
    const key = `${hardFrom}/${seed}`;
    let replay = this.#days.get(key);
    if (replay === undefined) {
      this.#mails ??= loadTraffic();
      replay = new Replay(
        this.#api,
        this.#clock,
        new TrafficSource({ hardFrom, seed }, this.#mails),
      );
      this.#days.set(key, replay);
    }
    return replay;
  }
}

/** Resolves when the response takes more, or will never take any. */
async function drained(response: ServerResponse): Promise<void> {
  const stop = new AbortController();
  try {
    await Promise.race([
      once(response, 'drain', { signal: stop.signal }),
      once(response, 'close', { signal: stop.signal }),
    ]);
  } finally {
    stop.abort();
  }
}
