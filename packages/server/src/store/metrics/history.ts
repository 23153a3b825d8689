import { Readable } from 'node:stream';
import type { Labels, Matcher, Millis, SeriesColumns } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { SampleRows, type SeriesRun } from './sample-rows.ts';

/** New series, and samples as lines of tab-separated text. */
export interface HistoryBatch {
  readonly series: readonly { readonly id: string; readonly labels: Labels }[];
  readonly samples: readonly string[];
}

/** Every sample there is, in ClickHouse. Reads and writes columns; knows nothing of the head. */
export class History {
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  /** Resolves once ClickHouse has it. Series go first, so that no sample is ever without labels. */
  async write(batch: HistoryBatch): Promise<void> {
    if (batch.series.length > 0)
      await this.#client.insert({
        table: 'bellwether.series',
        values: batch.series.map(({ id, labels: { __name__: name = '', ...labels } }) => ({
          id,
          name,
          labels,
        })),
        format: 'JSONEachRow',
      });
    if (batch.samples.length > 0)
      await this.#client.insert({
        table: 'bellwether.samples',
        values: Readable.from([Buffer.from(batch.samples.join(''))], { objectMode: false }),
        format: 'TabSeparated',
      });
  }

  /** All series that match, with their samples in [from, to]. */
  async read(
    matchers: readonly Matcher[],
    from: Millis,
    to: Millis,
    signal?: AbortSignal,
  ): Promise<SeriesColumns[]> {
    const condition = seriesCondition(matchers);
    const labels = await this.#labels(condition, signal);
    if (labels.size === 0) return [];
    const found: SeriesColumns[] = [];
    for await (const run of this.#runs(condition, from, to, signal)) {
      const of = labels.get(run.id);
      if (of !== undefined) found.push({ ...run.columns(), labels: of });
    }
    return found;
  }

  async #labels(condition: Condition, signal?: AbortSignal): Promise<Map<string, Labels>> {
    const answer = await this.#client.query({
      query: `SELECT DISTINCT toString(id) AS id, name, labels FROM bellwether.series WHERE ${condition.sql}`,
      query_params: condition.params,
      format: 'JSONCompactEachRow',
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    const rows = await answer.json<[string, string, Record<string, string>]>();
    return new Map(
      rows.map(([id, name, labels]) => [id, name === '' ? labels : { __name__: name, ...labels }]),
    );
  }

  async *#runs(
    condition: Condition,
    from: Millis,
    to: Millis,
    signal?: AbortSignal,
  ): AsyncGenerator<SeriesRun> {
    const { stream } = await this.#client.exec({
      query: `SELECT series, toFloat64(toUnixTimestamp64Milli(ts)), value, stale FROM bellwether.samples
        WHERE ts >= fromUnixTimestamp64Milli({from:Int64}) AND ts <= fromUnixTimestamp64Milli({to:Int64})
          AND series IN (SELECT id FROM bellwether.series WHERE ${condition.sql})
        ORDER BY series, ts LIMIT 1 BY series, ts FORMAT RowBinary`,
      query_params: { ...condition.params, from: Math.floor(from), to: Math.ceil(to) },
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    const rows = new SampleRows();
    for await (const chunk of stream) yield* rows.take(chunk as Buffer);
    yield* rows.end();
  }
}

interface Condition {
  readonly sql: string;
  readonly params: Record<string, string>;
}

/** Matchers as SQL. ClickHouse has RE2 too, and a map without the key answers '', as PromQL wants it. */
function seriesCondition(matchers: readonly Matcher[]): Condition {
  const params: Record<string, string> = {};
  const terms = matchers.map(({ name, op, value }, i) => {
    params[`v${i}`] = op === '=~' || op === '!~' ? `^(?s:${value})$` : value;
    let label = 'name';
    if (name !== '__name__') {
      params[`n${i}`] = name;
      label = `labels[{n${i}:String}]`;
    }
    const text = `{v${i}:String}`;
    if (op === '=' || op === '!=') return `${label} ${op} ${text}`;
    return op === '=~' ? `match(${label}, ${text})` : `NOT match(${label}, ${text})`;
  });
  return { sql: terms.length === 0 ? '1' : terms.join(' AND '), params };
}
