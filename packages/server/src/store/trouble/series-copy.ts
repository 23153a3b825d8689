import type { ClickHouseClient } from '@clickhouse/client';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';

const COPY_EVERY_MS = 60_000;
/** What is younger may still be on its way in. */
const SETTLED_SECONDS = 60;

/**
 * The labels of series once more, in a table of their own: without its labels a series is not found, however whole its
 * samples are, and one broken part would hide many. Who ingests does not wait for it; labels of the last minutes are in
 * memory, and are written again on every start.
 */
export class SeriesCopy {
  readonly #client: ClickHouseClient;
  readonly #log: Logger;
  readonly #settledSeconds: number;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<unknown> = Promise.resolve();

  constructor(client: ClickHouseClient, log: Logger, settledSeconds = SETTLED_SECONDS) {
    this.#client = client;
    this.#log = log;
    this.#settledSeconds = settledSeconds;
  }

  start(): void {
    this.#timer = setInterval(() => void this.copy(), COPY_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  /** Copies what has come since the last time; what ClickHouse refuses waits for the next. */
  copy(): Promise<void> {
    return this.#work('labels of series could not be copied', () =>
      this.#client.command({
        query: `INSERT INTO bellwether.series_copy SELECT id, name, labels, seen FROM bellwether.series
          WHERE seen > (SELECT max(seen) FROM bellwether.series_copy) AND ${this.#settled}`,
      }),
    );
  }

  /**
   * Brings back to each of both tables what it lost, from the other.
   * @param whenBoth Awaited where both lost some, and labels may be gone that only memory has.
   */
  restore(whenBoth?: () => Promise<void>): Promise<void> {
    return this.#work('labels of series could not be brought back from their copy', async () => {
      const damaged = await this.#damaged();
      for (const table of damaged) {
        const [other, which] =
          table === 'series' ? ['series_copy', '1'] : ['series', this.#settled];
        await this.#client.command({
          query: `INSERT INTO bellwether.${table} (id, name, labels, seen)
            SELECT id, name, labels, seen FROM bellwether.${other}
            WHERE (id, seen) NOT IN (SELECT id, seen FROM bellwether.${table}) AND ${which}`,
        });
      }
      if (damaged.length === 2) await whenBoth?.();
    });
  }

  get #settled(): string {
    return `seen <= now() - ${this.#settledSeconds}`;
  }

  async #damaged(): Promise<('series' | 'series_copy')[]> {
    const answer = await this.#client.query({
      query: `SELECT DISTINCT table FROM system.detached_parts
        WHERE database = 'bellwether' AND table IN ('series', 'series_copy') AND (reason = '' OR startsWith(reason, 'broken'))`,
      format: 'JSONCompactEachRow',
    });
    const rows = await answer.json<['series' | 'series_copy']>();
    return rows.map(([table]) => table);
  }

  #work(failed: string, work: () => Promise<unknown>): Promise<void> {
    const done = work().then(
      () => undefined,
      (error: unknown) => this.#log.error({ error: messageOf(error) }, failed),
    );
    this.#working = Promise.all([this.#working, done]);
    return done;
  }
}
