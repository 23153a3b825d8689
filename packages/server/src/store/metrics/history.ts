import { Readable } from 'node:stream';
import type { FloatHistogram, Labels, Matcher, Millis, SeriesColumns } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { histogramFromText } from './histogram-text.ts';
import { KIND } from './sample-kind.ts';
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
    const runs: SeriesRun[] = [];
    for await (const run of this.#runs(condition, from, to, signal)) runs.push(run);
    const histograms = runs.some((run) => run.hasHistograms)
      ? await this.#histograms(condition, from, to, signal)
      : new Map<string, Map<Millis, FloatHistogram>>();
    return runs.flatMap((run) => {
      const of = labels.get(run.id);
      if (of === undefined) return [];
      const columns = { ...run.columns(), labels: of };
      const own = histograms.get(run.id);
      if (own === undefined) return [columns];
      return [{ ...columns, histograms: Array.from(columns.times, (time) => own.get(time)) }];
    });
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

  /** The histograms among the samples, by series and time. */
  async #histograms(
    condition: Condition,
    from: Millis,
    to: Millis,
    signal?: AbortSignal,
  ): Promise<Map<string, Map<Millis, FloatHistogram>>> {
    const answer = await this.#client.query({
      query: `SELECT toString(series), toFloat64(toUnixTimestamp64Milli(ts)), histogram FROM bellwether.samples
        WHERE ${WITHIN} AND kind = ${KIND.histogram} AND ${belongsTo(condition)}`,
      query_params: { ...condition.params, ...bounds(from, to) },
      format: 'JSONCompactEachRow',
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    const found = new Map<string, Map<Millis, FloatHistogram>>();
    for (const [id, time, text] of await answer.json<[string, Millis, string]>()) {
      const own = found.get(id) ?? new Map<Millis, FloatHistogram>();
      found.set(id, own.set(time, histogramFromText(text)));
    }
    return found;
  }

  async *#runs(
    condition: Condition,
    from: Millis,
    to: Millis,
    signal?: AbortSignal,
  ): AsyncGenerator<SeriesRun> {
    const { stream } = await this.#client.exec({
      query: `SELECT series, toFloat64(toUnixTimestamp64Milli(ts)), value, kind FROM bellwether.samples
        WHERE ${WITHIN} AND ${belongsTo(condition)}
        ORDER BY series, ts LIMIT 1 BY series, ts FORMAT RowBinary`,
      query_params: { ...condition.params, ...bounds(from, to) },
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    const rows = new SampleRows();
    for await (const chunk of stream) yield* rows.take(chunk as Buffer);
    yield* rows.end();
  }
}

const WITHIN =
  'ts >= fromUnixTimestamp64Milli({from:Int64}) AND ts <= fromUnixTimestamp64Milli({to:Int64})';

function bounds(from: Millis, to: Millis): Record<string, number> {
  return { from: Math.floor(from), to: Math.ceil(to) };
}

function belongsTo(condition: Condition): string {
  return condition.sql === '1'
    ? '1'
    : `series IN (SELECT id FROM bellwether.series WHERE ${condition.sql})`;
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
