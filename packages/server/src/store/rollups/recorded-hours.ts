import type { Millis } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';

/** Which hours are rolled up wholly, by their ends. What is not recorded is made again. */
export class RecordedHours {
  readonly #client: ClickHouseClient;
  #hours: ReadonlySet<Millis> = new Set();

  private constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  static async load(client: ClickHouseClient): Promise<RecordedHours> {
    const recorded = new RecordedHours(client);
    const answer = await client.query({
      query: 'SELECT toUnixTimestamp(hour) FROM bellwether.rollup_hours FINAL WHERE done = 1',
      format: 'JSONCompactEachRow',
    });
    recorded.#hours = new Set((await answer.json<[number]>()).map(([seconds]) => seconds * 1000));
    return recorded;
  }

  has(hour: Millis): boolean {
    return this.#hours.has(hour);
  }

  async record(hours: readonly Millis[]): Promise<void> {
    await this.#write(hours, 1);
    this.#hours = new Set([...this.#hours, ...hours]);
  }

  /** Those of the hours that are recorded are so no more. */
  async forget(hours: readonly Millis[]): Promise<void> {
    const gone = new Set(hours.filter((hour) => this.#hours.has(hour)));
    if (gone.size === 0) return;
    // First here, so that nobody reads what is about to be wrong.
    this.#hours = new Set([...this.#hours].filter((hour) => !gone.has(hour)));
    await this.#write([...gone], 0);
  }

  /** Those recorded of which a condition holds. */
  where(holds: (hour: Millis) => boolean): Millis[] {
    return [...this.#hours].filter(holds);
  }

  async #write(hours: readonly Millis[], done: 0 | 1): Promise<void> {
    await this.#client.insert({
      table: 'bellwether.rollup_hours',
      values: hours.map((hour) => ({ hour: hour / 1000, done })),
      format: 'JSONEachRow',
    });
  }
}
