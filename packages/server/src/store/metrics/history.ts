import { Readable } from 'node:stream';
import {
  type FloatHistogram,
  type Labels,
  type Matcher,
  type Millis,
  type SeriesColumns,
  tooManySamples,
} from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { sharedRoom } from '../native-reader.ts';
import { readRows } from '../read.ts';
import { ascending, type SampleColumns } from './ascending.ts';
import { findSeries } from './find-series.ts';
import { oneAhead } from './one-ahead.ts';
import {
  bounds,
  countSamples,
  countSamplesAndSeries,
  type Question,
  readHistograms,
  readSamples,
  rowsAbout,
  WITHIN,
} from './read-samples.ts';
import { INSERT_SAMPLES, type SampleBatch } from './sample-batch.ts';
import { KIND } from './sample-kind.ts';
import { EVERY_SERIES, labelColumn, partOf, type SeriesCondition } from './series-condition.ts';
import type { SeriesExtent } from './series-extent.ts';
import { packFlags } from './stale-bits.ts';

/** New series, and samples. */
export interface HistoryBatch {
  readonly series: readonly { readonly id: bigint; readonly labels: Labels }[];
  readonly samples: readonly SampleBatch[];
}

/** A series as it is stored. */
export interface StoredSeries extends SeriesColumns {
  readonly id: bigint;
}

/** What ClickHouse answered to a question. */
interface Answer {
  readonly question: Question;
  readonly labels: ReadonlyMap<string, Labels>;
  readonly samples: readonly [bigint, SampleColumns][];
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** More samples are an error; default: there may be any number. */
  readonly maxSamples?: number | undefined;
  /** Up to so many samples are read whole; default five million. */
  readonly wholeSamples?: number | undefined;
  /** How many samples are read at once where there are more; default a million. */
  readonly sliceSamples?: number | undefined;
}

/** How many samples are read at once where there are many. */
const SLICE_SAMPLES = 1_000_000;
/** How many series are read or written at once where there are many: their labels take more memory than a few samples. */
const SLICE_SERIES = 20_000;
/** Up to here samples are read whole. */
const WHOLE_SAMPLES = 5_000_000;
/** Hardly anybody samples more often; who does is read whole nevertheless. */
const LEAST_INTERVAL_MS = 1000;

/** Every sample there is, in ClickHouse. Reads and writes columns; knows nothing of the head. */
export class History {
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  /** Resolves once ClickHouse has it. Series go first, so that no sample is ever without labels. */
  async write({ series, samples }: HistoryBatch): Promise<void> {
    for (let from = 0; from < series.length; from += SLICE_SERIES)
      await this.#client.insert({
        table: 'bellwether.series',
        values: series
          .slice(from, from + SLICE_SERIES)
          .map(({ id, labels: { __name__: name = '', ...labels } }) => ({
            id: String(id),
            name,
            labels,
          })),
        format: 'JSONEachRow',
      });
    if (samples.length === 0) return;
    const { stream } = await this.#client.exec({
      query: INSERT_SAMPLES,
      values: Readable.from(blocks(samples), { objectMode: false }),
    });
    stream.resume();
  }

  /** The series that match, whatever samples they have. */
  find(matchers: readonly Matcher[], signal?: AbortSignal): Promise<SeriesCondition> {
    return findSeries(this.#client, matchers, signal);
  }

  /**
   * All series that match, with their samples in [from, to].
   * @throws PromQLError there are more than `maxSamples`
   */
  async read(
    matchers: readonly Matcher[],
    from: Millis,
    to: Millis,
    options: ReadOptions = {},
  ): Promise<SeriesColumns[]> {
    return this.readWhere(await this.find(matchers, options.signal), from, to, options);
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
    const about = { condition: EVERY_SERIES, from, to };
    const [samples, series] = await countSamplesAndSeries(this.#client, about);
    const slices = Math.ceil(Math.max(samples / sliceSamples, series / SLICE_SERIES));
    const rooms = [sharedRoom(), sharedRoom()] as const;
    const load = async (i: number): Promise<Answer> => {
      const { room, reuse } = rooms[i & 1]!;
      reuse();
      const part = partOf(EVERY_SERIES, i, slices);
      const active = `id IN (SELECT series FROM bellwether.all_samples WHERE ${WITHIN} AND ${part.samples})`;
      const condition = {
        sql: `${part.sql} AND ${active}`,
        samples: part.samples,
        params: { ...part.params, ...bounds(from, to) },
      };
      const labels = await this.labelsWhere(condition);
      return this.#ask({ condition, from, to, room }, labels);
    };
    for await (const slice of oneAhead(slices, load)) yield* this.#columns(slice);
  }

  /** The series of a condition, with their samples in [from, to]. */
  async readWhere(
    condition: SeriesCondition,
    from: Millis,
    to: Millis,
    options: ReadOptions = {},
  ): Promise<SeriesColumns[]> {
    const found: SeriesColumns[] = [];
    const question = { condition, from, to, signal: options.signal };
    const labels = await this.labelsWhere(condition, options.signal);
    const slices = await this.#slices(question, labels.size, options);
    const load = (i: number) =>
      this.#ask(
        { ...question, condition: slices === 1 ? condition : partOf(condition, i, slices) },
        labels,
      );
    for await (const slice of oneAhead(slices, load))
      for await (const one of this.#columns(slice)) found.push(one);
    return found;
  }

  /** The series of a condition that have samples in [from, to], and when. */
  async extents(
    matchers: readonly Matcher[],
    from: Millis,
    to: Millis,
    signal?: AbortSignal,
  ): Promise<SeriesExtent[]> {
    const condition = await this.find(matchers, signal);
    const labels = await this.labelsWhere(condition, signal);
    if (labels.size === 0) return [];
    const rows = await rowsAbout<[string, Millis, Millis]>(
      this.#client,
      `SELECT toString(series), toFloat64(toUnixTimestamp64Milli(min(ts))), toFloat64(toUnixTimestamp64Milli(max(ts)))
        FROM bellwether.all_samples WHERE ${WITHIN} AND ${condition.samples} GROUP BY series`,
      { condition, from, to, signal },
    );
    return rows.flatMap(([id, first, last]) => {
      const of = labels.get(id);
      return of === undefined ? [] : [{ labels: of, first, last }];
    });
  }

  /** The names of the labels of those series. */
  async labelNames(
    matchers: readonly Matcher[],
    from: Millis,
    to: Millis,
    signal?: AbortSignal,
  ): Promise<string[]> {
    const names = `arrayJoin(arrayConcat(mapKeys(labels), if(name = '', [], ['__name__'])))`;
    return this.#distinct(names, {
      condition: await this.find(matchers, signal),
      from,
      to,
      signal,
    });
  }

  /** The values that a label of those series has. */
  async labelValues(
    name: string,
    matchers: readonly Matcher[],
    from: Millis,
    to: Millis,
    signal?: AbortSignal,
  ): Promise<string[]> {
    const condition = await this.find(matchers, signal);
    const found = await this.#distinct(labelColumn(name), { condition, from, to, signal });
    return found.filter((text) => text !== '');
  }

  /** The different texts that an expression gives over the series that have samples. */
  async #distinct(expression: string, question: Question): Promise<string[]> {
    const { sql, samples } = question.condition;
    const rows = await rowsAbout<[string]>(
      this.#client,
      `SELECT DISTINCT ${expression} FROM bellwether.series WHERE ${sql}
        AND id IN (SELECT series FROM bellwether.all_samples WHERE ${WITHIN} AND ${samples})`,
      question,
    );
    return rows.map(([text]) => text);
  }

  /**
   * In how many slices the samples of so many series are read: what ClickHouse gathers, its answer and our copy of it
   * stand in memory at the same time.
   * @throws PromQLError there are more than there may be
   */
  async #slices(
    question: Question,
    series: number,
    {
      maxSamples = Infinity,
      wholeSamples = WHOLE_SAMPLES,
      sliceSamples = SLICE_SAMPLES,
    }: ReadOptions,
  ): Promise<number> {
    if (series === 0) return 0;
    const { from, to } = question;
    const most = series * Math.ceil((to - from + 1) / LEAST_INTERVAL_MS);
    if (most <= Math.min(wholeSamples, maxSamples)) return 1;
    const samples = await countSamples(this.#client, question);
    if (samples > maxSamples) throw tooManySamples();
    return samples <= wholeSamples ? 1 : Math.min(series, Math.ceil(samples / sliceSamples));
  }

  async #ask(question: Question, labels: ReadonlyMap<string, Labels>): Promise<Answer> {
    const samples = labels.size === 0 ? [] : await readSamples(this.#client, question);
    return { question, labels, samples };
  }

  async *#columns({ question, labels, samples }: Answer): AsyncGenerator<StoredSeries> {
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
        histograms ??= await readHistograms(this.#client, question);
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
    const rows = await readRows<[string, string, Record<string, string>]>(this.#client, {
      query: `SELECT toString(id), name, labels FROM bellwether.series WHERE ${condition.sql}`,
      params: condition.params,
      signal,
    });
    return new Map(
      rows.map(([id, name, labels]) => [id, name === '' ? labels : { __name__: name, ...labels }]),
    );
  }
}

function* blocks(samples: readonly SampleBatch[]): Generator<Uint8Array> {
  for (const batch of samples) yield* batch.native();
}
