import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PushedMetadata } from '@bellwether/formats';
import compress from '@fastify/compress';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CollectingSink } from '../collect/wire/collecting-sink.ts';
import { StoreBusyError } from '../store/metrics/sink.ts';
import { eventually, freePort, type Running, start } from '../testing/processes.ts';
import { receiveBodies } from './bodies/bodies.ts';
import { remoteWriteRoutes } from './remote-write.ts';

/** Senders find these scrapes, one a second, and then no target any more. */
const SCRAPES = 60;
const TIMEOUT_MS = 3 * SCRAPES * 1000;
const SERIES = 500;

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

interface Sender {
  readonly program: string;
  start(folder: string, config: string, write: string): Promise<Running>;
  /** How it is told where to write: in its configuration, or by a flag. */
  readonly config: (write: string) => string;
}

const senders: Sender[] = [
  {
    program: 'prometheus',
    config: (write) => `remote_write:
  - url: ${write}
    send_exemplars: true
    metadata_config: { send: true, send_interval: 2s }
    queue_config: { batch_send_deadline: 1s, max_backoff: 1s }
`,
    start: async (folder, config) =>
      start('prometheus', [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${await freePort()}`,
        '--enable-feature=exemplar-storage',
      ]),
  },
  {
    program: 'vmagent',
    config: () => '',
    start: async (folder, config, write) =>
      start('vmagent', [
        `-promscrape.config=${config}`,
        `-remoteWrite.url=${write}`,
        `-remoteWrite.tmpDataPath=${join(folder, 'queue')}`,
        `-httpListenAddr=127.0.0.1:${await freePort()}`,
      ]),
  },
];

/** A target whose samples are known: sample k of series i is worth k + i / 1000, with the time of the scrape. */
class Target {
  readonly server: Server;
  /** What was answered, by the time that every sample of an answer carries. */
  readonly scrapes: number[] = [];

  constructor() {
    this.server = createServer((_request, response) => {
      if (this.scrapes.length >= SCRAPES) {
        response.statusCode = 503;
        response.end();
        return;
      }
      const at = Date.now();
      const k = this.scrapes.push(at);
      const lines = ['# HELP known_value What the test knows.', '# TYPE known_value gauge'];
      for (let i = 0; i < SERIES; i++)
        lines.push(`known_value{i="${i}",text="größe \\"${i}\\""} ${k + i / 1000} ${at}`);
      lines.push('# HELP now_value Without a time.', '# TYPE now_value gauge', 'now_value 1');
      lines.push('odd_value NaN', '');
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(lines.join('\n'));
    });
  }
}

/** Side by side, as each takes more than a minute. */
const each = describe.concurrent.each(senders);

each('$program writing to us', ({ program, config, start: startSender }) => {
  let folder: string;
  let target: Target;
  let app: FastifyInstance;
  let sink: CollectingSink;
  let sender: Running;
  let metadata: Map<string, PushedMetadata>;
  let answers: Map<number, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `bellwether-${program}-`));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  beforeEach(async () => {
    target = new Target();
    await new Promise<void>((listening) => target.server.listen(0, '127.0.0.1', listening));
    sink = new CollectingSink();
    metadata = new Map();
    answers = new Map();
    app = Fastify({ forceCloseConnections: true });
    receiveBodies(app);
    await app.register(compress, { global: true });
    app.addHook('onSend', async (_request, { statusCode }, payload) => {
      answers.set(statusCode, String(payload ?? ''));
    });
    await app.register(remoteWriteRoutes, {
      prefix: '/api/v1',
      sink,
      metadata: (name, about) => metadata.set(name, about),
    });
  });
  afterEach(async () => {
    await sender?.kill();
    await app.close();
    target.server.close();
  });

  it.skipIf(!has(program))(
    'loses and doubles nothing, over answers of 503 and a failure in between',
    async () => {
      const write = `${await app.listen({ port: 0, host: '127.0.0.1' })}/api/v1/write`;
      const { port } = target.server.address() as AddressInfo;
      const file = join(folder, 'config.yml');
      await writeFile(
        file,
        `global: { scrape_interval: 1s, scrape_timeout: 1s }
${config(write)}scrape_configs:
  - job_name: known
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`,
      );
      sink.fail = new StoreBusyError('the first one comes too early', 1);
      sender = await startSender(folder, file, write);

      await eventually(
        'half of the scrapes',
        async () => (target.scrapes.length >= SCRAPES / 2 ? true : undefined),
        TIMEOUT_MS,
      );
      sink.fail = new Error('a write that failed');
      const samplesOf = (name: string) =>
        [...sink.series.values()].filter(({ labels }) => labels['__name__'] === name);
      const count = (name: string): number =>
        samplesOf(name).reduce((sum, { samples }) => sum + samples.size, 0);
      await eventually(
        'all of the samples',
        async () =>
          target.scrapes.length === SCRAPES && count('known_value') >= SERIES * SCRAPES
            ? true
            : undefined,
        TIMEOUT_MS,
      );
      await eventually('the end of a series', async () =>
        samplesOf('now_value').some(({ samples }) =>
          [...samples.values()].some(({ stale }) => stale === true),
        )
          ? true
          : undefined,
      );

      expect(count('known_value')).toBe(SERIES * SCRAPES);
      for (const { labels, samples } of samplesOf('known_value')) {
        const i = Number(labels['i']);
        expect(labels['text']).toBe(`größe "${i}"`);
        expect([...samples.values()].sort((a, b) => a.time - b.time)).toEqual(
          target.scrapes.map((time, k) => ({ time, value: k + 1 + i / 1000 })),
        );
      }
      // NaN that a target wrote is a value, not the end of a series.
      const [odd] = samplesOf('odd_value');
      const values = [...odd!.samples.values()];
      expect(values.filter(({ stale }) => stale !== true)).toHaveLength(SCRAPES);
      const [up] = samplesOf('up');
      const ups = [...up!.samples.values()].filter(({ value }) => value === 1);
      expect(ups).toHaveLength(SCRAPES);
      // vmagent ends a series at the time its target wrote last, where a sample is: it is told so, and goes on.
      if (program === 'vmagent') {
        expect(answers.get(400)).toContain(
          'duplicate sample for timestamp with another value: known_value',
        );
        answers.delete(400);
      }
      expect(Object.fromEntries(answers)).toEqual({
        204: '',
        500: 'a write that failed\n',
        503: 'the first one comes too early\n',
      });
      if (program === 'prometheus')
        expect(metadata.get('known_value')).toEqual({
          type: 'gauge',
          help: 'What the test knows.',
          unit: '',
        });
    },
  );
});
