import { openEmbeddedClickHouse } from '@bellwether/server';

/*
 * Makes a table of events larger in no time, by ClickHouse's own means: the rows look like those that came through the
 * door, each with an id and a time of its own. Run as a process of its own, as ClickHouse lives in it.
 */

/** As JSON in the first argument. */
export interface FillOrder {
  /** Data folder of a server that has stopped, with events of today in it. */
  readonly folder: string;
  /** Number of the first row: rows of one number are the same. */
  readonly first: number;
  readonly rows: number;
}

const ROWS_AN_INSERT = 1_000_000;
const ROWS_COPIED = 10_000;

const { folder, first, rows } = JSON.parse(process.argv[2]!) as FillOrder;
const client = await openEmbeddedClickHouse(folder);
for (let from = first; from < first + rows; from += ROWS_AN_INSERT) {
  const until = Math.min(first + rows, from + ROWS_AN_INSERT);
  // A row a millisecond, so that fifty million are within the day.
  await client.command({
    query: `INSERT INTO bellwether.prediction_events
      SELECT * EXCEPT (number, copy) REPLACE (
        concat('filled-', leftPad(toString(number), 12, '0')) AS id,
        toStartOfDay(now64(3, 'UTC')) + toIntervalMillisecond(number) AS time)
      FROM (
        SELECT *, ${from} + rowNumberInAllBlocks() AS number
        FROM (SELECT * FROM bellwether.prediction_events LIMIT ${ROWS_COPIED}) AS one
        CROSS JOIN (SELECT number AS copy FROM numbers(${Math.ceil((until - from) / ROWS_COPIED)})) AS copies
        LIMIT ${until - from}
      )`,
  });
}
await client.close();
process.stdout.write('{}\n');
