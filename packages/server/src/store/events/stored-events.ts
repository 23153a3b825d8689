import type { Millis } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';

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
  readonly events: readonly StoredEvent[];
}

type Row = Record<string, unknown>;

/** Reads events back, each once, however often it was sent. */
export class StoredEvents {
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  async find(query: EventQuery): Promise<FoundEvents> {
    const predictions = condition(query, 'id = {id:String}');
    const feedback = condition(query, '(id = {id:String} OR prediction_id = {id:String})');
    const counts = {
      predictions: await this.#count('predictions', predictions, query),
      feedback: await this.#count('feedback', feedback, query),
    };
    const events = [
      ...(await this.#rows('predictions', predictions, query)).map(predictionOf),
      ...(await this.#rows('feedback', feedback, query)).map(feedbackOf),
    ].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
    return { counts, events };
  }

  async #count(view: string, where: string, query: EventQuery): Promise<number> {
    const answer = await this.#client.query({
      query: `SELECT toFloat64(count()) AS count FROM bellwether.${view} WHERE ${where}`,
      query_params: params(query),
      format: 'JSONEachRow',
    });
    const [row] = await answer.json<{ count: number }>();
    return row?.count ?? 0;
  }

  async #rows(view: string, where: string, query: EventQuery): Promise<Row[]> {
    const answer = await this.#client.query({
      query: `SELECT *, toFloat64(toUnixTimestamp64Milli(time)) AS ms FROM bellwether.${view}
        WHERE ${where} ORDER BY time DESC, id LIMIT ${Math.floor(query.limit)}`,
      query_params: params(query),
      format: 'JSONEachRow',
    });
    return answer.json<Row>();
  }
}

function condition({ model, id }: EventQuery, byId: string): string {
  return [
    'time >= fromUnixTimestamp64Milli({from:Int64})',
    'time <= fromUnixTimestamp64Milli({to:Int64})',
    ...(model === undefined ? [] : ['model = {model:String}']),
    ...(id === undefined ? [] : [byId]),
  ].join(' AND ');
}

function params({ model, id, from, to }: EventQuery): Record<string, unknown> {
  const texts = { ...(model === undefined ? {} : { model }), ...(id === undefined ? {} : { id }) };
  return { ...texts, from: Math.ceil(from), to: Math.floor(to) };
}

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
