import type { Millis } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';

const LOOK_EVERY_MS = 5000;
/** Longer than the slowest disk, shorter than anybody's patience. */
const ANSWER_WITHIN_MS = 30_000;

export interface StoreWatchOptions {
  readonly everyMs?: Millis;
  /** After this long without an answer ClickHouse counts as stuck; default 30 s. */
  readonly answerWithinMs?: Millis;
}

/** A part of a table that was set aside because it could not be read, by us or by ClickHouse when it started. */
export interface SetAsidePart {
  /** Like `series`. */
  readonly table: string;
  readonly name: string;
  /** The day whose rows it held; null where the table is not kept by days. */
  readonly day: Millis | null;
}

export interface StoreWatchState {
  readonly setAside: readonly SetAsidePart[];
  /** Why ClickHouse does not even answer a question about itself; null while it does. */
  readonly error: unknown;
}

/** Asks ClickHouse from time to time how it is: whether it answers, and what of our tables is damaged. */
export class StoreWatch {
  readonly #client: ClickHouseClient;
  readonly #everyMs: Millis;
  readonly #answerWithinMs: Millis;
  /** When the question was asked that is not answered yet, by the process' own clock. */
  #askedAt: number | undefined;
  #state: StoreWatchState = { setAside: [], error: null };
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> = Promise.resolve();

  constructor(
    client: ClickHouseClient,
    { everyMs = LOOK_EVERY_MS, answerWithinMs = ANSWER_WITHIN_MS }: StoreWatchOptions = {},
  ) {
    this.#client = client;
    this.#everyMs = everyMs;
    this.#answerWithinMs = answerWithinMs;
  }

  get state(): StoreWatchState {
    const waited = this.#askedAt === undefined ? 0 : performance.now() - this.#askedAt;
    if (waited <= this.#answerWithinMs) return this.#state;
    const error = new Error(`no answer for ${Math.round(waited / 1000)} s`);
    return { ...this.#state, error };
  }

  /** Looks at once, and then on its beat. */
  async start(): Promise<void> {
    await this.look();
    this.#timer = setInterval(() => {
      if (this.#askedAt === undefined) this.#look = this.look();
    }, this.#everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#look;
  }

  /** Brings the state up to date. */
  async look(): Promise<void> {
    this.#askedAt = performance.now();
    try {
      // Other reasons are copies that ClickHouse itself had left over; nothing is missing for them.
      const answer = await this.#client.query({
        query: `SELECT table, name, coalesce(partition_id, '') AS partition FROM system.detached_parts
          WHERE database = 'bellwether' AND (reason = '' OR startsWith(reason, 'broken'))
          ORDER BY table, name`,
        format: 'JSONEachRow',
      });
      const rows = await answer.json<{ table: string; name: string; partition: string }>();
      this.#state = {
        setAside: rows.map(({ table, name, partition }) => ({
          table,
          name,
          day: dayOf(partition),
        })),
        error: null,
      };
    } catch (error) {
      this.#state = { ...this.#state, error };
    } finally {
      this.#askedAt = undefined;
    }
  }
}

/** The day of a partition by days, like `20261123`, or by hours of them, like `20261123-2`. */
function dayOf(partition: string): Millis | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)(?:-\d)?$/.exec(partition) ?? [];
  return year === undefined ? null : Date.UTC(Number(year), Number(month) - 1, Number(day));
}
