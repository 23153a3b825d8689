import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseFront } from '../testing/clickhouse-front.ts';
import { openRemoteClickHouse } from './remote-clickhouse.ts';

const OPENSSL = 'openssl';
let folder: string;
let front: ClickHouseFront;

const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]): Buffer =>
  execFileSync(OPENSSL, args, { cwd: folder, stdio: 'pipe' });

/** A certificate for this machine, signed by the authority of that name. */
function certify(name: string, authority: string): void {
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
  );
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    `${authority}.pem`,
    '-CAkey',
    `${authority}.key`,
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'names',
    '-out',
    `${name}.pem`,
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-tls-'));
  await writeFile(file('names'), 'subjectAltName=IP:127.0.0.1\n');
  for (const name of ['ours', 'foreign'])
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    );
  certify('server', 'ours');
  certify('client', 'ours');
  front = await ClickHouseFront.started({
    key: file('server.key'),
    cert: file('server.pem'),
    ca: file('ours.pem'),
  });
});

afterAll(async () => {
  await front.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('ClickHouse over HTTPS', () => {
  const open = (tls: { ca_file: string; cert_file?: string; key_file?: string }) =>
    openRemoteClickHouse({ ...front.config, tls_config: tls }, folder);

  it("is trusted by the authority that is named, and trusts the client's certificate", async () => {
    const client = await open({
      ca_file: 'ours.pem',
      cert_file: 'client.pem',
      key_file: 'client.key',
    });
    const answer = await client.query({ query: 'SELECT 1 AS one', format: 'JSONEachRow' });
    expect(await answer.json()).toEqual([{ one: 1 }]);
    await client.close();
  });

  it('is refused under another authority, with a word on what to name', async () => {
    await expect(
      open({ ca_file: 'foreign.pem', cert_file: 'client.pem', key_file: 'client.key' }),
    ).rejects.toMatchObject({
      code: 'BW_CLICKHOUSE_REFUSED',
      message: expect.stringContaining('is not trusted'),
      remedy: expect.stringContaining('tls_config.ca_file'),
    });
  });

  it('says which file cannot be read', async () => {
    await expect(open({ ca_file: 'nowhere.pem' })).rejects.toMatchObject({
      code: 'BW_CONFIG_INVALID',
      message: expect.stringMatching(/storage\.clickhouse\.tls_config\.ca_file: .*nowhere\.pem/),
    });
  });
});
