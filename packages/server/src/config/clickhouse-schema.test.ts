import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { BellwetherError } from '../errors.ts';
import { parseConfig } from './load.ts';

function parse(lines: string) {
  return parseConfig(`storage:\n  clickhouse:\n    ${lines}\n`, 'b.yaml').storage.clickhouse!;
}

it('reads where ClickHouse is, with defaults for the rest', () => {
  const config = parse('url: https://clickhouse:8443\n    password: hunter2');
  expect(config).toMatchObject({
    url: 'https://clickhouse:8443',
    username: 'default',
    request_timeout: 30_000,
    compression: true,
  });
  expect(config.password?.reveal()).toBe('hunter2');
  expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('hunter2');
});

it.each([
  ['url: clickhouse', 'b.yaml:3:5 storage.clickhouse.url: must be the address of its HTTP'],
  ['url: tcp://clickhouse:9000', 'b.yaml:3:5 storage.clickhouse.url: must be the address'],
  ['url: http://me:hunter2@clickhouse:8123', 'storage.clickhouse.url: must not hold a user'],
  ['url: http://clickhouse:8123/db', 'storage.clickhouse.url: must end behind the port'],
  ['url: http://clickhouse:8123?a=1', 'storage.clickhouse.url: must end behind the port'],
  [
    'url: http://c:8123\n    database: shop',
    'b.yaml:4:5 storage.clickhouse.database: this key is not known here',
  ],
  [
    'url: http://c:8123\n    password: hunter2\n    password_file: p',
    'b.yaml:5:5 storage.clickhouse.password_file: at most one of password and password_file',
  ],
  [
    'url: http://c:8123\n    cluster: "it\'s"',
    'b.yaml:4:5 storage.clickhouse.cluster: must be the',
  ],
  [
    'url: http://c:8123\n    tls_config: { ca_file: a }',
    'b.yaml:4:5 storage.clickhouse.tls_config: needs an address that begins with https',
  ],
  [
    'url: https://c:8443\n    tls_config: { ca_file: a, key_file: b }',
    'storage.clickhouse.tls_config: a client certificate needs both',
  ],
  ['username: me', 'storage.clickhouse.url: '],
])('refuses %j, with file, line and key, and shows no secret', (lines, problem) => {
  let said = '';
  try {
    parse(lines);
  } catch (error) {
    if (!(error instanceof BellwetherError)) throw error;
    said = error.message;
  }
  expect(said).toContain(problem);
  expect(said).not.toContain('hunter2');
});
