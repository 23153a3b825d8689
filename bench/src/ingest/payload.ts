import { compressSync } from 'snappy';

/** Seconds between two samples of a series, as most people scrape. */
export const STEP_MS = 15_000;

/** A series as it is sent: its labels as protobuf, and where its value comes from. */
interface Sent {
  readonly labels: Buffer;
  readonly kind: 'counter' | 'gauge' | 'ratio';
  value: number;
}

/**
 * Remote write requests of 1.0 as a Prometheus sends them that scrapes pods: one sample of each series, series with ten
 * labels. Seven of ten series are counters that rise by whole numbers, two are gauges of whole numbers, one has a value
 * with all digits. The same seed gives the same requests.
 */
export class Payload {
  readonly #series: Sent[];
  readonly #random: () => number;
  readonly #scratch: Buffer;

  /** @param part which of `parts` equal parts of the series this is */
  constructor(series: number, part: number, parts: number) {
    this.#random = generator(part + 1);
    this.#series = [];
    for (let i = part; i < series; i += parts) this.#series.push(makeSeries(i, this.#random));
    this.#scratch = Buffer.alloc(this.#series.length * 400);
  }

  get series(): number {
    return this.#series.length;
  }

  /** The next sample of the series from `from` to before `to`, compressed. */
  request(from: number, to: number, time: number): Buffer {
    let at = 0;
    const out = this.#scratch;
    for (const one of this.#series.slice(from, to)) {
      this.#move(one);
      const sample = 9 + 1 + varintBytes(time);
      out[at++] = 0x0a;
      at = putVarint(out, at, one.labels.length + 2 + sample);
      at += one.labels.copy(out, at);
      out[at++] = 0x12;
      out[at++] = sample;
      out[at++] = 0x09;
      at = out.writeDoubleLE(one.value, at);
      out[at++] = 0x10;
      at = putVarint(out, at, time);
    }
    return compressSync(out.subarray(0, at));
  }

  #move(one: Sent): void {
    if (one.kind === 'counter') one.value += Math.floor(this.#random() * 200);
    else if (one.kind === 'gauge') one.value += Math.floor(this.#random() * 21) - 10;
    else one.value = this.#random();
  }
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const CODES = ['200', '204', '400', '404', '500'];

function makeSeries(i: number, random: () => number): Sent {
  const pod = Math.floor(i / 100);
  const labels: readonly [string, string][] = [
    ['__name__', `service_metric_${i % 50}_total`],
    ['code', CODES[i % CODES.length]!],
    ['container', 'model-server'],
    ['endpoint', `/v1/models/${i % 100}/predict`],
    ['instance', `10.0.${pod >> 8}.${pod & 255}:8080`],
    ['job', 'kubernetes-pods'],
    ['method', METHODS[i % METHODS.length]!],
    ['namespace', `team-${pod % 7}`],
    ['pod', `model-server-${pod.toString(36).padStart(5, '0')}`],
    ['region', `region-${pod % 3}`],
  ];
  const kind = i % 10 < 7 ? 'counter' : i % 10 < 9 ? 'gauge' : 'ratio';
  return {
    kind,
    value: Math.floor(random() * 1_000_000),
    labels: Buffer.concat(
      labels.map(([name, value]) =>
        field(0x0a, Buffer.concat([field(0x0a, name), field(0x12, value)])),
      ),
    ),
  };
}

function field(tag: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const head = Buffer.alloc(11);
  head[0] = tag;
  return Buffer.concat([head.subarray(0, putVarint(head, 1, bytes.length)), bytes]);
}

function putVarint(out: Buffer, at: number, value: number): number {
  let [rest, next] = [value, at];
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out[next++] = (rest % 0x80) | 0x80;
  out[next++] = rest;
  return next;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

/** Random numbers in [0, 1) that are the same in every run. Source: Marsaglia, "Xorshift RNGs", 2003. */
function generator(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
