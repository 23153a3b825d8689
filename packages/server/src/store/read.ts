import type { ClickHouseClient } from '@clickhouse/client';
import { MOST_COLUMNS_BYTES, MOST_ROWS_BYTES, readBudget, withinBudget } from './read-budget.ts';

/** A statement that reads for somebody who asked. */
export interface Statement {
  /** Without settings and format. */
  readonly query: string;
  readonly params?: Record<string, unknown>;
  /** Settings of its own, like `final = 1`. */
  readonly settings?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The rows of an answer, each an array of its columns.
 * @throws PromQLError reading would take more than one statement may
 */
export function readRows<T>(client: ClickHouseClient, statement: Statement): Promise<T[]> {
  return rowsAs<T>(client, statement, 'JSONCompactEachRow');
}

/** The rows of an answer, each an object of its columns by their names. */
export function readObjects<T>(client: ClickHouseClient, statement: Statement): Promise<T[]> {
  return rowsAs<T>(client, statement, 'JSONEachRow');
}

function rowsAs<T>(
  client: ClickHouseClient,
  { query, params = {}, settings, signal }: Statement,
  format: 'JSONCompactEachRow' | 'JSONEachRow',
): Promise<T[]> {
  return withinBudget(async () => {
    const answer = await client.query({
      query: `${query} ${readBudget(MOST_ROWS_BYTES, settings)}`,
      query_params: params,
      format,
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    return answer.json<T>();
  });
}

/** An answer in the Native format. */
export function readColumns(
  client: ClickHouseClient,
  { query, params = {}, settings, signal }: Statement,
): Promise<Buffer> {
  return withinBudget(async () => {
    const { stream } = await client.exec({
      query: `${query} ${readBudget(MOST_COLUMNS_BYTES, settings)} FORMAT Native`,
      query_params: params,
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  });
}
