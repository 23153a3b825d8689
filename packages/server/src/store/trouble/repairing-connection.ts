import { ClickHouseError } from '@clickhouse/client';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { EmbeddedConnection } from '../embedded-connection.ts';
import { clickHouseCode, refusalOf } from './refusal.ts';

type Connection = Pick<
  EmbeddedConnection,
  'query' | 'exec' | 'command' | 'insert' | 'ping' | 'close'
>;
type Params<Method extends keyof Connection> = Parameters<Connection[Method]>[0];
type Result<Method extends keyof Connection> = ReturnType<Connection[Method]>;

const LOOK_EVERY_MS = 5000;

/** Errors of a read that may mean a damaged part besides those of checksums. Source: src/Common/ErrorCodes.cpp. */
const READ_ERRORS = new Set(['32', '33', '74', '76', '107', '117', '271', '432']);

/**
 * The embedded ClickHouse with damage set aside. A part that cannot be read makes every query that touches it fail, for
 * ever: so it is detached (its files stay in the table's `detached` folder) and the query is asked again, which then
 * answers with what there is. What is set aside is logged, and counted by the store's watch.
 */
export class RepairingConnection implements Connection {
  readonly #inner: EmbeddedConnection;
  readonly #log: Logger;
  readonly #onSetAside: (() => Promise<void>) | undefined;
  readonly #timer: NodeJS.Timeout;
  #mending: Promise<void> | undefined;
  /** How often each error had occurred when last looked at. */
  readonly #counts = new Map<string, number>();

  /** @param onSetAside Awaited before the query that met the damage is asked again. */
  constructor(inner: EmbeddedConnection, log: Logger, onSetAside?: () => Promise<void>) {
    this.#inner = inner;
    this.#log = log;
    this.#onSetAside = onSetAside;
    this.#timer = setInterval(() => {
      if (this.#mending === undefined)
        this.#mending = this.#mendMerges().finally(() => {
          this.#mending = undefined;
        });
    }, LOOK_EVERY_MS);
  }

  query(params: Params<'query'>): Result<'query'> {
    return this.#repaired(() => this.#inner.query(params));
  }

  exec(params: Params<'exec'>): Result<'exec'> {
    // A stream of values can be sent once only; and to insert is not to read.
    if (params.values !== undefined) return this.#inner.exec(params);
    return this.#repaired(() => this.#inner.exec(params));
  }

  command(params: Params<'command'>): Result<'command'> {
    return this.#repaired(() => this.#inner.command(params));
  }

  insert(params: Params<'insert'>): Result<'insert'> {
    return this.#inner.insert(params);
  }

  ping(params: Params<'ping'>): Result<'ping'> {
    return this.#inner.ping(params);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#mending;
    await this.#inner.close();
  }

  async #repaired<T>(ask: () => Promise<T>): Promise<T> {
    // The same part cannot be set aside twice, so this ends.
    const seen = new Set<string>();
    for (;;)
      try {
        return await ask();
      } catch (error) {
        const part = damagedPart(error);
        if (part === null || seen.has(part.name)) throw error;
        seen.add(part.name);
        await this.#setAside(part, error);
      }
  }

  async #setAside({ tableId, name }: DamagedPart, error: unknown): Promise<void> {
    const table = await this.#tableOf(tableId);
    // What is not ours is for others to mend.
    if (table === undefined) throw error;
    try {
      await this.#inner.command({ query: `ALTER TABLE ${table} DETACH PART '${name}'` });
    } catch (refused) {
      // Another query met it at the same time and was faster.
      if (clickHouseCode(refused) === NO_SUCH_PART) return;
      throw error;
    }
    this.#log.error(
      { table, part: name, error: messageOf(error) },
      'a damaged part of the store was set aside; what it held is missing from answers',
    );
    await this.#onSetAside?.();
  }

  /** A merge that meets damage fails and is begun again, for ever, and nobody is told but ClickHouse's list of errors. */
  async #mendMerges(): Promise<void> {
    try {
      const rows = await this.#rows<{ code: string; count: number; message: string }>(
        `SELECT toString(code) AS code, toFloat64(value) AS count, last_error_message AS message
         FROM system.errors WHERE last_error_message LIKE '%/store/%'`,
      );
      for (const { code, count, message } of rows) {
        if (count === this.#counts.get(code)) continue;
        this.#counts.set(code, count);
        const error = new ClickHouseError({ code, message, type: '' });
        const part = damagedPart(error);
        if (part !== null) await this.#setAside(part, error);
      }
    } catch (error) {
      this.#log.debug(
        { error: messageOf(error) },
        'damage that a merge met could not be set aside',
      );
    }
  }

  async #rows<T>(sql: string): Promise<T[]> {
    const { stream } = await this.#inner.query({ query: `${sql} FORMAT JSONEachRow` });
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T]));
  }

  async #tableOf(id: string): Promise<string | undefined> {
    const [row] = await this.#rows<{ name: string }>(
      `SELECT name FROM system.tables WHERE database = 'bellwether' AND uuid = '${id}'`,
    );
    return row === undefined ? undefined : `bellwether.${row.name}`;
  }
}

const NO_SUCH_PART = '232';

export interface DamagedPart {
  /** ClickHouse's UUID of the table. */
  readonly tableId: string;
  /** Like `20261123_1_5_1`, or `20261123-2_1_5_1`. */
  readonly name: string;
}

/** Which part could not be read; null where an error tells of something else. */
export function damagedPart(error: unknown): DamagedPart | null {
  const damaged = refusalOf(error) === 'damaged' || READ_ERRORS.has(clickHouseCode(error) ?? '');
  if (!damaged) return null;
  const [, tableId, name] =
    /store\/[0-9a-f]{3}\/([0-9a-f-]{36})\/([\w-]+)\//.exec(messageOf(error)) ?? [];
  return tableId === undefined || name === undefined ? null : { tableId, name };
}
