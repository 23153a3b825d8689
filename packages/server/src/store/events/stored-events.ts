import type { Millis } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { readObjects } from '../read.ts';

export interface EventQuery {
  readonly model?: string | undefined;
  /** Of a prediction, or of feedback; feedback on a prediction is found by the prediction's as well. */
  readonly id?: string | undefined;
  readonly from: Millis;
  readonly to: Millis;
  /** Most events of each kind. */
  readonly limit: number;
}

/** An event as it could be sent again: what is not known is left out. Truth values come back as text, features of them as 1 and 0. */
type StoredEvent = Readonly<Record<string, unknown>> & {
  readonly type: 'prediction' | 'feedback';
  readonly id: string;
  readonly time: string;
};

export interface FoundEvents {
  /** All that match, each once, beyond the limit too. */
  readonly counts: { readonly predictions: number; readonly feedback: number };
  /** Newest first. */
  readonly events: AsyncIterable<StoredEvent>;
}

type Row = Record<string, unknown>;
type Kind = StoredEvent['type'];

/** Where an event is, and about how much it is. */
interface Found {
  readonly kind: Kind;
  readonly model: string;
  readonly ms: Millis;
  readonly id: string;
  readonly bytes: number;
}

const VIEWS: Readonly<Record<Kind, string>> = { prediction: 'predictions', feedback: 'feedback' };
/** Events that are in memory at a time: an event may be a few bytes or more than a megabyte. */
const PAGE_BYTES = 4 * 2 ** 20;
const PAGE_EVENTS = 2000;

/** Reads events back, each once, however often it was sent. */
export class StoredEvents {
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  /** Finds out which events there are; what they say is read while somebody takes them. */
  async find(query: EventQuery): Promise<FoundEvents> {
    const counts = {
      predictions: await this.#count('prediction', query),
      feedback: await this.#count('feedback', query),
    };
    const found = [
      ...(await this.#find('prediction', query)),
      ...(await this.#find('feedback', query)),
    ].sort((a, b) => b.ms - a.ms);
    return { counts, events: this.#read(found) };
  }

  async #count(kind: Kind, query: EventQuery): Promise<number> {
    const [row] = await this.#ask<{ count: number }>(
      `SELECT toFloat64(count()) AS count FROM bellwether.${VIEWS[kind]} WHERE ${condition(kind, query)}`,
      params(query),
    );
    return row?.count ?? 0;
  }

  async #find(kind: Kind, query: EventQuery): Promise<Found[]> {
    const rows = await this.#ask<Omit<Found, 'kind'>>(
      `SELECT model, id, ${MS} AS ms, toFloat64(byteSize(*)) AS bytes FROM bellwether.${VIEWS[kind]}
        WHERE ${condition(kind, query)} ORDER BY time DESC, id, model LIMIT ${Math.floor(query.limit)}`,
      params(query),
    );
    return rows.map((row) => ({ kind, ...row }));
  }

  async *#read(found: readonly Found[]): AsyncGenerator<StoredEvent> {
    for (const page of pagesOf(found)) {
      const events = new Map<string, StoredEvent>();
      for (const kind of ['prediction', 'feedback'] as const) {
        const own = page.filter((one) => one.kind === kind);
        if (own.length === 0) continue;
        for (const row of await this.#rows(kind, own)) {
          const { model, ms, id } = row as unknown as Found;
          events.set(keyOf({ kind, model, ms, id }), EVENTS[kind](row));
        }
      }
      for (const one of page) {
        const event = events.get(keyOf(one));
        // Events end with their retention, also between two pages.
        if (event !== undefined) yield event;
      }
    }
  }

  #rows(kind: Kind, page: readonly Found[]): Promise<Row[]> {
    return this.#ask<Row>(
      `SELECT *, ${MS} AS ms FROM bellwether.${VIEWS[kind]}
        WHERE time >= fromUnixTimestamp64Milli({from:Int64}) AND time <= fromUnixTimestamp64Milli({to:Int64})
          AND model IN ({models:Array(String)}) AND id IN ({ids:Array(String)})`,
      {
        from: Math.min(...page.map(({ ms }) => ms)),
        to: Math.max(...page.map(({ ms }) => ms)),
        models: [...new Set(page.map(({ model }) => model))],
        ids: [...new Set(page.map(({ id }) => id))],
      },
    );
  }

  #ask<T>(query: string, params: Record<string, unknown>): Promise<T[]> {
    return readObjects<T>(this.#client, { query, params });
  }
}

const MS = 'toFloat64(toUnixTimestamp64Milli(time))';

function keyOf({ kind, model, ms, id }: Omit<Found, 'bytes'>): string {
  return JSON.stringify([kind, model, ms, id]);
}

function* pagesOf(found: readonly Found[]): Generator<Found[]> {
  let page: Found[] = [];
  let bytes = 0;
  for (const one of found) {
    if (page.length > 0 && (bytes + one.bytes > PAGE_BYTES || page.length >= PAGE_EVENTS)) {
      yield page;
      page = [];
      bytes = 0;
    }
    page.push(one);
    bytes += one.bytes;
  }
  if (page.length > 0) yield page;
}

const BY_ID: Readonly<Record<Kind, string>> = {
  prediction: 'id = {id:String}',
  feedback: '(id = {id:String} OR prediction_id = {id:String})',
};

function condition(kind: Kind, { model, id }: EventQuery): string {
  return [
    'time >= fromUnixTimestamp64Milli({from:Int64})',
    'time <= fromUnixTimestamp64Milli({to:Int64})',
    ...(model === undefined ? [] : ['model = {model:String}']),
    ...(id === undefined ? [] : [BY_ID[kind]]),
  ].join(' AND ');
}

function params({ model, id, from, to }: EventQuery): Record<string, unknown> {
  const texts = { ...(model === undefined ? {} : { model }), ...(id === undefined ? {} : { id }) };
  return { ...texts, from: Math.ceil(from), to: Math.floor(to) };
}

const EVENTS: Readonly<Record<Kind, (row: Row) => StoredEvent>> = {
  prediction: predictionOf,
  feedback: feedbackOf,
};

function predictionOf(row: Row): StoredEvent {
  const { features, feature_texts } = row as { features: Row; feature_texts: Row };
  return eventOf('prediction', row, {
    ...pick(row, ['version']),
    prediction: row['value'] ?? row['prediction'],
    ...pick(row, ['confidence']),
    features: { ...features, ...feature_texts },
    ...pick(row, ['segment', 'labels', 'latency_ms', 'input_tokens', 'output_tokens', 'cost']),
    ...pick(row, ['input', 'output']),
  });
}

function feedbackOf(row: Row): StoredEvent {
  return eventOf('feedback', row, {
    ...pick(row, ['prediction_id']),
    label: row['value'] ?? row['label'],
    ...pick(row, ['rating', 'comment', 'source']),
  });
}

function eventOf(type: StoredEvent['type'], row: Row, rest: Row): StoredEvent {
  const known = Object.entries(rest).filter(([, value]) => isKnown(value));
  return {
    type,
    id: row['id'] as string,
    time: new Date(row['ms'] as number).toISOString(),
    model: row['model'],
    ...Object.fromEntries(known),
  };
}

function isKnown(value: unknown): boolean {
  if (value === null || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}
