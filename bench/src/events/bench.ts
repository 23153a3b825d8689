import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type ReportRow, row } from '../report.ts';
import type { Floor, FloorOrder } from './floor.ts';
import type { Format } from './payload.ts';
import type { Order } from './sender.ts';
import { EventServer, run as runScript } from './server.ts';

/** `EVENTS_ROWS=50000000 npm run bench -- events` lets the table grow as far as issue 4 asks. */
const ROWS = Number(process.env['EVENTS_ROWS'] ?? 3_000_000);
const STEPS = 5;
const FORMATS: readonly Format[] = ['ndjson', 'json'];
const SHAPE = { eventsPerRequest: 5000, connections: 4 } as const;
const WARM_UP = 100_000;
const MEASURED = 1_000_000;

/** How many prediction events a second are durable, beside plain INSERTs into the same ClickHouse, and does it stay so? */
export const run: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bellwether-events-bench-'));
  const rows: ReportRow[] = [];
  try {
    const ours = new Map<Format, number>();
    let stored = 0;
    const load = (format: Format, events: number): Omit<Order, 'url'> => {
      const first = stored;
      stored += events;
      return { ...SHAPE, format, first, events };
    };
    const server = await EventServer.start(folder);
    try {
      await server.take(load('ndjson', WARM_UP));
      for (const format of FORMATS) {
        const { ms, cpuSeconds } = await server.take(load(format, MEASURED));
        ours.set(format, (1000 * ms) / MEASURED);
        rows.push(
          { label: `${format}: events a second`, ours: (1000 * MEASURED) / ms, unit: '/s' },
          { label: `${format}: server CPU`, ours: (1e6 * cpuSeconds) / MEASURED, unit: 'µs/event' },
        );
      }
      for (let step = 0; stored < ROWS; step++) {
        const events = round((ROWS * (step + 1)) / STEPS - stored);
        if (events <= 0) continue;
        const from = stored;
        const { ms, cpuSeconds, deferred } = await server.take(load('ndjson', events));
        const at = `${millions(from)} → ${millions(stored)} rows`;
        rows.push(
          { label: `${at}: time`, ours: (1000 * ms) / events, unit: 'µs/event' },
          { label: `${at}: server CPU`, ours: (1e6 * cpuSeconds) / events, unit: 'µs/event' },
        );
        process.stderr.write(
          `${at}: ${Math.round((1000 * events) / ms)}/s, ${deferred} deferred\n`,
        );
      }
      const { events, ms } = await server.count();
      if (events !== stored) throw new Error(`${stored} were acknowledged, ${events} are there`);
      const id = `00000000-0000-4000-8000-${String(Math.floor(stored / 2)).padStart(12, '0')}`;
      rows.push(
        { label: `count all ${millions(stored)}`, ours: ms, unit: 'ms' },
        { label: 'find one by its id', ours: await server.find(id), unit: 'ms' },
        { label: 'peak memory of the server', ours: server.peakMemoryMiB, unit: 'MiB' },
      );
    } finally {
      await server.stop();
    }
    const order: FloorOrder = { folder, eventsPerInsert: 20_000, inserts: 30 };
    const floor = (await runScript('./floor.ts', order)) as Floor;
    for (const format of FORMATS)
      for (const [theirs, cost] of Object.entries(floor))
        rows.push(row(`${format} against ${theirs}`, 'µs/event', ours.get(format)!, cost));
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
      'Every event that was acknowledged is counted in the end, once.',
    ],
  };
};

function round(events: number): number {
  return Math.round(events / SHAPE.eventsPerRequest) * SHAPE.eventsPerRequest;
}

function millions(events: number): string {
  return `${Number((events / 1e6).toFixed(1))} M`;
}
