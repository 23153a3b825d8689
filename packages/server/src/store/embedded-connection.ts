import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChdbConnection } from 'chdb/connection';

type Params<Method extends 'query' | 'exec' | 'command' | 'insert' | 'ping'> = Parameters<
  ChdbConnection[Method]
>[0];
type Result<Method extends 'query' | 'exec' | 'command' | 'insert' | 'ping'> = ReturnType<
  ChdbConnection[Method]
>;

const NATIVE_INSERT = /^(INSERT INTO [\w.]+(?: \([^)]*\))?(?: SETTINGS [\w ,=]+)?) FORMAT Native$/;

/**
 * The connection to the ClickHouse in this process. Over HTTP a body of any format can stand behind an INSERT; here it
 * would become part of the query's text, which binary data does not survive. So what comes in the Native format goes
 * through a file of the data folder, which ClickHouse reads in place: the same call works with both.
 *
 * Statements run one after the other, as chdb would have it anyway. What a statement had answered already when it failed
 * chdb puts in front of the next answer, whoever asked; so after each failure there is a statement that takes that away.
 */
export class EmbeddedConnection extends ChdbConnection {
  readonly #folder: string;
  /** Ends when the statement before has, and nothing of it is left. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(path: string, folder: string) {
    super({ path });
    this.#folder = folder;
  }

  static async open(path: string): Promise<EmbeddedConnection> {
    const folder = join(path, 'inserts');
    const connection = new EmbeddedConnection(path, folder);
    // The folder is ours now. What a killed process left there was never acknowledged.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return connection;
  }

  override query(params: Params<'query'>): Result<'query'> {
    return this.#alone(() => super.query(params), params.abort_signal);
  }

  override command(params: Params<'command'>): Result<'command'> {
    return this.#alone(() => super.command(params), params.abort_signal);
  }

  override insert(params: Params<'insert'>): Result<'insert'> {
    return this.#alone(() => super.insert(params), params.abort_signal);
  }

  override ping(params: Params<'ping'>): Result<'ping'> {
    return this.#alone(() => super.ping(params));
  }

  override async exec(params: Params<'exec'>): Result<'exec'> {
    const insert = NATIVE_INSERT.exec(params.query)?.[1];
    const execute = (own: Params<'exec'>) =>
      this.#alone(() => super.exec(own), params.abort_signal);
    if (insert === undefined || params.values === undefined) return execute(params);
    const { values, ...rest } = params;
    const file = join(this.#folder, `${randomUUID()}.native`);
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of values) chunks.push(chunk as Buffer);
      // All of it or an error: on a disk that fills up a single write may end early without one.
      await writeFile(file, Buffer.concat(chunks), { flag: 'wx' });
      const from = `file('${file.replaceAll("'", "''")}', Native)`;
      return await execute({ ...rest, query: `${insert} SELECT * FROM ${from}` } as Params<'exec'>);
    } finally {
      await rm(file, { force: true });
    }
  }

  #alone<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const answer = this.#turn.then(() => {
      signal?.throwIfAborted();
      return ask();
    });
    // A statement that nobody waits for any more goes on, and this one waits for its end.
    this.#turn = answer.catch(() => super.ping({ select: true }));
    return signal === undefined ? answer : orAborted(answer, signal);
  }
}

/** An answer, or the reason why nobody waits for it any more, be it asked for already or not. */
function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}
