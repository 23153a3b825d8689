import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type ReportRow, row } from '../report.ts';
import type { FillOrder } from './fill.ts';
import type { Floor, FloorOrder } from './floor.ts';
import type { Format } from './payload.ts';
import type { Order } from './sender.ts';
import { EventServer, run as runScript } from './server.ts';

/** `EVENTS_ROWS=50000000 npm run bench -- events` lets the table grow to fifty million. */
const ROWS = Number(process.env['EVENTS_ROWS'] ?? 5_000_000);
const STEPS = 5;
const FORMATS: readonly Format[] = ['ndjson', 'json'];
const SHAPE = { eventsPerRequest: 5000, connections: 4 } as const;
const WARM_UP = 100_000;
const MEASURED = 1_000_000;
const MEASURED_A_STEP = 300_000;

/** How many prediction events a second are durable, beside plain INSERTs into the same ClickHouse, and does it stay so? */
export const run: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bellwether-events-bench-'));
  const table = new Table(folder);
  const rows: ReportRow[] = [];
  try {
    const costs = new Map<Format, number>();
    rows.push(
      ...(await table.serve(async (server) => {
        const found: ReportRow[] = [];
        for (const format of FORMATS) {
          const { ms, cpuSeconds } = await server.take(table.load(format, MEASURED));
          costs.set(format, (1000 * ms) / MEASURED);
          found.push(
            { label: `${format}: events a second`, ours: (1000 * MEASURED) / ms, unit: '/s' },
            {
              label: `${format}: server CPU`,
              ours: (1e6 * cpuSeconds) / MEASURED,
              unit: 'µs/event',
            },
          );
        }
        return [...found, { label: 'peak memory', ours: server.peakMemoryMiB, unit: 'MiB' }];
      })),
    );
    for (let step = 0; step <= STEPS; step++) {
      await table.growTo((ROWS * step) / STEPS);
      rows.push(...(await table.serve((server) => atSize(table, server))));
    }
    rows.push(...(await table.serve((server) => asAWhole(table, server))));
    const order: FloorOrder = { folder, eventsPerInsert: 20_000, inserts: 30 };
    const floor = (await runScript('./floor.ts', order)) as Floor;
    for (const format of FORMATS)
      for (const [theirs, cost] of Object.entries(floor))
        rows.push(row(`${format} against ${theirs}`, 'µs/event', costs.get(format)!, cost));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return {
    name: 'events',
    against: 'plain INSERTs',
    rows,
    notes: [
      `Ours: ${SHAPE.connections} connections of a sender in another process, ${SHAPE.eventsPerRequest} events a request, ten features an event, no compression; each request is answered when ClickHouse has committed it.`,
      'Plain INSERTs: one writer in the process of ClickHouse, rows that need no check and no conversion, in the format named, into a table of the same shape.',
      `Between the sizes the table is filled by ClickHouse itself; at each ${MEASURED_A_STEP} events go through the door.`,
      'Every event that was acknowledged or filled in is counted in the end, once.',
    ],
  };
};

/** The table of predictions while the bench lets it grow. */
class Table {
  readonly #folder: string;
  #sent = 0;
  #filled = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get rows(): number {
    return this.#sent + this.#filled;
  }

  /** Id of an event that went through the door. */
  get someId(): string {
    return `00000000-0000-4000-8000-${String(Math.floor(this.#sent / 2)).padStart(12, '0')}`;
  }

  load(format: Format, events: number): Omit<Order, 'url'> {
    const first = this.#sent;
    this.#sent += events;
    return { ...SHAPE, format, first, events };
  }

  /** Runs a server on it, warmed up. */
  async serve<T>(use: (server: EventServer) => Promise<T>): Promise<T> {
    const server = await EventServer.start(this.#folder);
    try {
      await server.take(this.load('ndjson', WARM_UP));
      return await use(server);
    } finally {
      await server.stop();
    }
  }

  /** Fills it where it is smaller. */
  async growTo(size: number): Promise<void> {
    const missing = size - this.rows;
    if (missing <= 0) return;
    const order: FillOrder = { folder: this.#folder, first: this.#filled, rows: missing };
    await runScript('./fill.ts', order);
    this.#filled += missing;
  }
}

async function atSize(table: Table, server: EventServer): Promise<ReportRow[]> {
  const at = `at ${millions(table.rows)} rows`;
  const { ms, cpuSeconds } = await server.take(table.load('ndjson', MEASURED_A_STEP));
  process.stderr.write(`${at}: ${Math.round((1000 * MEASURED_A_STEP) / ms)} events/s\n`);
  return [
    { label: `${at}: time`, ours: (1000 * ms) / MEASURED_A_STEP, unit: 'µs/event' },
    { label: `${at}: server CPU`, ours: (1e6 * cpuSeconds) / MEASURED_A_STEP, unit: 'µs/event' },
  ];
}

async function asAWhole(table: Table, server: EventServer): Promise<ReportRow[]> {
  const { events, ms } = await server.count();
  if (events !== table.rows)
    throw new Error(`${table.rows} were acknowledged, ${events} are there`);
  return [
    { label: `count all ${millions(events)}`, ours: ms, unit: 'ms' },
    { label: 'find one of them by its id', ours: await server.find(table.someId), unit: 'ms' },
  ];
}

function millions(events: number): string {
  return `${Number((events / 1e6).toFixed(1))} M`;
}
