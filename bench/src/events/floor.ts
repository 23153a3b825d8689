import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbeddedClickHouse } from '@bellwether/server';

/*
 * What ClickHouse alone costs: events that a server has stored, put by plain INSERTs into a table of the same shape, by
 * one writer, in batches as large as those the server makes. Run as a process of its own, as ClickHouse lives in it.
 */

/** As JSON in the first argument. */
export interface FloorOrder {
  /** Data folder of a server that has stopped. */
  readonly folder: string;
  readonly eventsPerInsert: number;
  readonly inserts: number;
}

/** Microseconds an event, by format. */
export type Floor = Record<'JSONEachRow' | 'RowBinary' | 'Native', number>;

const { folder, eventsPerInsert, inserts } = JSON.parse(process.argv[2]!) as FloorOrder;
const client = await openEmbeddedClickHouse(folder);
const floor: Floor = { JSONEachRow: 0, RowBinary: 0, Native: 0 };
for (const format of Object.keys(floor) as (keyof Floor)[]) {
  const file = join(folder, `floor.${format}`);
  await client.command({
    query: `SELECT * FROM bellwether.prediction_events LIMIT ${eventsPerInsert} INTO OUTFILE '${file}' FORMAT ${format}`,
  });
  await client.command({ query: 'CREATE TABLE bellwether.floor AS bellwether.prediction_events' });
  const began = performance.now();
  for (let n = 0; n < inserts; n++)
    // Each batch at another time, as in life: the same rows again would be merged into one.
    await client.command({
      query: `INSERT INTO bellwether.floor SELECT * REPLACE (time + ${n} AS time) FROM file('${file}', ${format})
        SETTINGS optimize_on_insert = 0`,
    });
  floor[format] = (1000 * (performance.now() - began)) / (inserts * eventsPerInsert);
  await client.command({ query: 'DROP TABLE bellwether.floor' });
  await rm(file);
}
await client.close();
process.stdout.write(`${JSON.stringify(floor)}\n`);
