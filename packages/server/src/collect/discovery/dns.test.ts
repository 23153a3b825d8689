import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configFrom } from '../../config/load.ts';
import type { ConfigInput } from '../../config/schema.ts';
import type { TargetGroup } from './discovery.ts';
import { DnsDiscovery } from './dns.ts';

type DnsConfig = NonNullable<
  NonNullable<ConfigInput['scrape_configs']>[number]['dns_sd_configs']
>[number];

/** Record types by their numbers in RFC 1035, RFC 2782 and RFC 3596. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  15: 'MX',
  28: 'AAAA',
  33: 'SRV',
};

/** Records by `TYPE name`; a name that stands nowhere does not exist, and `fail` makes the server refuse. */
let records: Record<string, Buffer[]> = {};
let fail = false;
let socket: Socket;
let seen: (readonly TargetGroup[])[] = [];

beforeEach(async () => {
  records = {};
  seen = [];
  fail = false;
  socket = createSocket('udp4');
  socket.on('message', (query, from) => socket.send(answerTo(query), from.port, from.address));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
});

afterEach(() => {
  socket.close();
});

/** A DNS message after RFC 1035, section 4: header, the question again, and the records that were asked for. */
function answerTo(query: Buffer): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let size = query[at]!; size > 0; size = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size));
    at += size + 1;
  }
  const type = query.readUInt16BE(at + 1);
  const found = records[`${TYPES[type]} ${labels.join('.')}`];
  const header = Buffer.from(query.subarray(0, 12));
  const code = fail ? 5 : found === undefined ? 3 : 0;
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(found?.length ?? 0, 6);
  header.writeUInt16BE(0, 8);
  header.writeUInt16BE(0, 10);
  const answers = (fail ? [] : (found ?? [])).map((data) => {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(60, 6);
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([header, query.subarray(12, at + 5), ...answers]);
}

function name(text: string): Buffer {
  const parts = text.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([...parts, Buffer.of(0)]);
}

function numbers(...values: number[]): Buffer {
  const out = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) out.writeUInt16BE(value, i * 2);
  return out;
}

async function discover(config: DnsConfig): Promise<void> {
  const parsed = configFrom({ scrape_configs: [{ job_name: 'j', dns_sd_configs: [config] }] });
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const discovery = new DnsDiscovery(
    parsed.config.scrape_configs[0]!.dns_sd_configs[0]!,
    pino({ level: 'silent' }),
    resolver,
  );
  await discovery.start((groups) => seen.push(groups));
  await discovery.stop();
}

// Labels are those of prometheus.io, "Configuration", <dns_sd_config>; names keep the dot they have in DNS.
describe('discovering targets in DNS', () => {
  it('takes host and port from SRV records', async () => {
    records['SRV _metrics._tcp.example.com'] = [
      Buffer.concat([numbers(0, 0, 3306), name('db1.example.com')]),
      Buffer.concat([numbers(0, 0, 3307), name('db2.example.com')]),
    ];
    await discover({ names: ['_metrics._tcp.example.com'] });
    expect(seen).toEqual([
      [
        {
          source: '_metrics._tcp.example.com',
          labels: { __meta_dns_name: '_metrics._tcp.example.com' },
          targets: expect.arrayContaining([
            {
              __address__: 'db1.example.com:3306',
              __meta_dns_srv_record_target: 'db1.example.com.',
              __meta_dns_srv_record_port: '3306',
            },
            {
              __address__: 'db2.example.com:3307',
              __meta_dns_srv_record_target: 'db2.example.com.',
              __meta_dns_srv_record_port: '3307',
            },
          ]),
        },
      ],
    ]);
  });

  it.each([
    ['A', Buffer.of(192, 0, 2, 2), { __address__: '192.0.2.2:80' }],
    [
      'AAAA',
      Buffer.from('20010db8000000000000000000000001', 'hex'),
      { __address__: '[2001:db8::1]:80' },
    ],
    [
      'MX',
      Buffer.concat([numbers(10), name('smtp.example.com')]),
      { __address__: 'smtp.example.com:80', __meta_dns_mx_record_target: 'smtp.example.com.' },
    ],
    [
      'NS',
      name('ns1.example.com'),
      { __address__: 'ns1.example.com:80', __meta_dns_ns_record_target: 'ns1.example.com.' },
    ],
  ] as const)(
    'takes hosts from %s records and the port from the configuration',
    async (type, record, target) => {
      records[`${type} web.example.com`] = [record];
      await discover({ names: ['web.example.com'], type, port: 80 });
      expect(seen[0]![0]!.targets).toEqual([target]);
    },
  );

  it('has no targets for a name that does not exist', async () => {
    await discover({ names: ['nobody.example.com'], type: 'A', port: 80 });
    expect(seen[0]).toEqual([
      {
        source: 'nobody.example.com',
        labels: { __meta_dns_name: 'nobody.example.com' },
        targets: [],
      },
    ]);
  });

  it('says nothing of a name while the server refuses, which is not the same as none', async () => {
    fail = true;
    await discover({ names: ['web.example.com'], type: 'A', port: 80 });
    expect(seen[0]).toEqual([]);
  });
});
