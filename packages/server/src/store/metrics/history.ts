import { Readable } from 'node:stream';
import type { FloatHistogram, Labels, Matcher, Millis, SeriesColumns } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { type ArrayColumn, type Room, readNative, sharedRoom } from '../native-reader.ts';
import { ascending, type SampleColumns } from './ascending.ts';
import { histogramFromText } from './histogram-text.ts';
import { oneAhead } from './one-ahead.ts';
import type { SampleBatch } from './sample-batch.ts';
import { KIND } from './sample-kind.ts';
import { type SeriesCondition, seriesCondition } from './series-condition.ts';
import { packFlags } from './stale-bits.ts';

/** New series, and samples. */
export interface HistoryBatch {
  readonly series: readonly { readonly id: bigint; readonly labels: Labels }[];
  readonly samples: readonly SampleBatch[];
}

/** Samples to be read. */
interface Question {
  readonly condition: SeriesCondition;
  readonly from: Millis;
  readonly to: Millis;
  readonly signal?: AbortSignal | undefined;
  /** Where their columns go; default: room of their own. */
  readonly room?: Room | undefined;
}

/** A series as it is stored. */
export interface StoredSeries extends SeriesColumns {
  readonly id: bigint;
}

/** What ClickHouse answered to a question. */
interface Answer {
  readonly labels: Map<string, Labels>;
  readonly samples: readonly [bigint, SampleColumns][];
}

/** How many samples are read at once on start. */
const SLICE_SAMPLES = 1_000_000;

/** Every sample there is, in ClickHouse. Reads and writes columns; knows nothing of the head. */
export class History {
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  /** Resolves once ClickHouse has it. Series go first, so that no sample is ever without labels. */
  async write({ series, samples }: HistoryBatch): Promise<void> {
    if (series.length > 0)
      await this.#client.insert({
        table: 'bellwether.series',
        values: series.map(({ id, labels: { __name__: name = '', ...labels } }) => ({
          id: String(id),
          name,
          labels,
        })),
        format: 'JSONEachRow',
      });
    if (samples.length === 0) return;
    const { stream } = await this.#client.exec({
      query: 'INSERT INTO bellwether.samples FORMAT Native',
      values: Readable.from(blocks(samples), { objectMode: false }),
    });
    stream.resume();
  }

  /** All series that match, with their samples in [from, to]. */
  async read(
    matchers: readonly Matcher[],
    from: Millis,
    to: Millis,
    signal?: AbortSignal,
  ): Promise<SeriesColumns[]> {
    return this.readWhere(seriesCondition(matchers), from, to, signal);
  }

  /**
   * Every series that has samples in [from, to], a slice of them at a time, so that no copy of all is made; ClickHouse
   * reads one slice while the caller works on another. The columns of one are valid until the next is asked for.
   */
  async *readAll(
    from: Millis,
    to: Millis,
    sliceSamples = SLICE_SAMPLES,
  ): AsyncGenerator<StoredSeries> {
    const answer = await this.#client.query({
      query: `SELECT count() FROM bellwether.samples WHERE ${WITHIN}`,
      query_params: bounds(from, to),
      format: 'JSONCompactEachRow',
    });
    const [[count]] = (await answer.json<[string]>()) as [[string]];
    const slices = Math.ceil(Number(count) / sliceSamples);
    const rooms = [sharedRoom(), sharedRoom()] as const;
    const load = async (i: number): Promise<[Question, Answer]> => {
      const { room, reuse } = rooms[i & 1]!;
      reuse();
      const question = { condition: sliceCondition(i, slices, from, to), from, to, room };
      return [question, await this.#ask(question)];
    };
    for await (const [question, slice] of oneAhead(slices, load))
      yield* this.#columns(question, slice);
  }

  /** The series of a condition, with their samples in [from, to]. */
  async readWhere(
    condition: SeriesCondition,
    from: Millis,
    to: Millis,
    signal?: AbortSignal,
  ): Promise<SeriesColumns[]> {
    const found: SeriesColumns[] = [];
    const question = { condition, from, to, signal };
    for await (const one of this.#columns(question, await this.#ask(question))) found.push(one);
    return found;
  }

  async #ask(question: Question): Promise<Answer> {
    const labels = await this.labelsWhere(question.condition, question.signal);
    return { labels, samples: labels.size === 0 ? [] : await this.#samples(question) };
  }

  async *#columns(question: Question, { labels, samples }: Answer): AsyncGenerator<StoredSeries> {
    let histograms: Map<string, Map<Millis, FloatHistogram>> | undefined;
    for (const [id, own] of samples) {
      const of = labels.get(String(id));
      if (of === undefined) continue;
      const { times, values, kinds } = ascending(own);
      const columns: StoredSeries = {
        id,
        labels: of,
        times,
        values,
        ...(kinds.includes(KIND.stale) ? { stale: packFlags(kinds, KIND.stale) } : {}),
      };
      if (kinds.includes(KIND.histogram)) {
        histograms ??= await this.#histograms(question);
        const byTime = histograms.get(String(id));
        yield { ...columns, histograms: Array.from(times, (time) => byTime?.get(time)) };
      } else yield columns;
    }
  }

  /** The labels of a condition's series by their id, in decimal. */
  async labelsWhere(
    condition: SeriesCondition,
    signal?: AbortSignal,
  ): Promise<Map<string, Labels>> {
    const answer = await this.#client.query({
      query: `SELECT toString(id), name, labels FROM bellwether.series WHERE ${condition.sql}`,
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
  async #histograms({
    condition,
    from,
    to,
    signal,
  }: Question): Promise<Map<string, Map<Millis, FloatHistogram>>> {
    const answer = await this.#client.query({
      query: `SELECT toString(series), toFloat64(toUnixTimestamp64Milli(ts)), histogram FROM bellwether.samples
        WHERE ${WITHIN} AND kind = ${KIND.histogram} AND ${condition.samples}`,
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

  async #samples({
    condition,
    from,
    to,
    signal,
    room,
  }: Question): Promise<[bigint, SampleColumns][]> {
    const { stream } = await this.#client.exec({
      // A column of mostly zeros is kept sparse, and of such a one groupArray takes the others first: not in the order of
      // the rows, in which the columns belong together. Materialized it is whole.
      query: `SELECT series, groupArray(toFloat64(toUnixTimestamp64Milli(ts))), groupArray(materialize(value)), groupArray(materialize(kind))
        FROM bellwether.samples WHERE ${WITHIN} AND ${condition.samples} GROUP BY series FORMAT Native`,
      query_params: { ...condition.params, ...bounds(from, to) },
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const found: [bigint, SampleColumns][] = [];
    for (const { rows, ids, arrays } of readNative(
      chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks),
      room,
    )) {
      const [times, values, kinds] = arrays as [ArrayColumn, ArrayColumn, ArrayColumn];
      for (let i = 0, start = 0; i < rows; i++) {
        const end = times.ends[i]!;
        found.push([
          ids[i]!,
          {
            times: times.values.subarray(start, end) as Float64Array,
            values: values.values.subarray(start, end) as Float64Array,
            kinds: kinds.values.subarray(start, end) as Uint8Array,
          },
        ]);
        start = end;
      }
    }
    return found;
  }
}

function* blocks(samples: readonly SampleBatch[]): Generator<Uint8Array> {
  for (const batch of samples) yield* batch.native();
}

/** How many ids there can be. */
const IDS = 1n << 64n;

/** The series of one of so many slices of all ids that have samples in [from, to]. */
function sliceCondition(i: number, slices: number, from: Millis, to: Millis): SeriesCondition {
  const [at, all] = [BigInt(i), BigInt(slices)];
  return {
    sql: `id BETWEEN {low:UInt64} AND {high:UInt64}
      AND id IN (SELECT series FROM bellwether.samples WHERE ${WITHIN} AND series BETWEEN {low:UInt64} AND {high:UInt64})`,
    samples: 'series BETWEEN {low:UInt64} AND {high:UInt64}',
    params: {
      low: String((IDS * at) / all),
      high: String((IDS * (at + 1n)) / all - 1n),
      ...bounds(from, to),
    },
  };
}

const WITHIN =
  'ts >= fromUnixTimestamp64Milli({from:Int64}) AND ts <= fromUnixTimestamp64Milli({to:Int64})';

function bounds(from: Millis, to: Millis): Record<string, number> {
  return { from: Math.floor(from), to: Math.ceil(to) };
}
