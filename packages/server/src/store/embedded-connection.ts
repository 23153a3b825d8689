import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChdbConnection } from 'chdb/connection';

type ExecParams = Parameters<ChdbConnection['exec']>[0];
type ExecResult = Awaited<ReturnType<ChdbConnection['exec']>>;

const NATIVE_INSERT = /^(INSERT INTO [\w.]+(?: \([^)]*\))?) FORMAT Native$/;

/**
 * The connection to the ClickHouse in this process. Over HTTP a body of any format can stand behind an INSERT; here it
 * would become part of the query's text, which binary data does not survive. So what comes in the Native format goes
 * through a file of the data folder, which ClickHouse reads in place: the same call works with both.
 */
export class EmbeddedConnection extends ChdbConnection {
  readonly #folder: string;

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

  override async exec(params: ExecParams): Promise<ExecResult> {
    const insert = NATIVE_INSERT.exec(params.query)?.[1];
    if (insert === undefined || params.values === undefined) return super.exec(params);
    const { values, ...rest } = params;
    const file = join(this.#folder, `${randomUUID()}.native`);
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of values) chunks.push(chunk as Buffer);
      // All of it or an error: on a disk that fills up a single write may end early without one.
      await writeFile(file, Buffer.concat(chunks), { flag: 'wx' });
      const from = `file('${file.replaceAll("'", "''")}', Native)`;
      return await super.exec({ ...rest, query: `${insert} SELECT * FROM ${from}` } as ExecParams);
    } finally {
      await rm(file, { force: true });
    }
  }
}
