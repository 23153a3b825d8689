import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ClickHouseClient } from '@clickhouse/client';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SYSTEM_CLOCKS } from '../../clock/jump-meter.ts';
import { configFrom } from '../../config/load.ts';
import type { ConfigInput } from '../../config/schema.ts';
import { HttpClient } from '../../outbound/http-client.ts';
import { openEmbeddedClickHouse } from '../../store/clickhouse.ts';
import { History } from '../../store/metrics/history.ts';
import { MetricStore } from '../../store/metrics/metric-store.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { encodeFamilies } from '../../testing/encode.ts';
import { SetClock } from '../../testing/set-clock.ts';
import { fetchExposition, type ScrapedBody } from './fetch-exposition.ts';
import { type JobSettings, jobSettings } from './job-settings.ts';
import { ScrapeLoop, type ScrapeLoopOptions } from './scrape-loop.ts';
import type { ScrapedExemplar } from './scrape-writer.ts';
import { resolveTargets, type Target } from './target.ts';

type Job = NonNullable<ConfigInput['scrape_configs']>[number];

/** What the target answers next. */
let answer: {
  status?: number;
  type?: string;
  body: string | Buffer;
  encoding?: string;
  location?: string;
};
let asked: { headers: NodeJS.Dict<string | string[]>; url: string | undefined }[] = [];
let server: Server;
let address: string;
let folder: string;
let client: ClickHouseClient;
let store: MetricStore;
let exemplars: ScrapedExemplar[];
/** Each test has its own job, so that it sees only its own series. */
let job = '';
let number = 0;
const T0 = Math.floor(Date.now() / 1000) * 1000 - 600_000;
const log = pino({ level: 'silent' });
const clients: HttpClient[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-scrape-'));
  client = await openEmbeddedClickHouse(folder);
  await migrate(client, { retentionMs: 30 * 86_400_000 });
  store = await MetricStore.open({ history: new History(client), headMs: 3_600_000, log });
  server = createServer((request, response) => {
    asked.push({ headers: request.headers, url: request.url });
    response.writeHead(answer.status ?? 200, {
      'content-type': answer.type ?? 'text/plain; version=0.0.4',
      ...(answer.location === undefined ? {} : { location: answer.location }),
      ...(answer.encoding === undefined ? {} : { 'content-encoding': answer.encoding }),
    });
    response.end(answer.body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  job = `job-${++number}`;
  asked = [];
  exemplars = [];
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((each) => each.close()));
});

afterAll(async () => {
  server.close();
  await store.close();
  await client.close();
  await rm(folder, { recursive: true, force: true });
});

function settingsOf(more: Omit<Job, 'job_name'>): JobSettings {
  const { config } = configFrom({
    scrape_configs: [{ job_name: job, scrape_timeout: '2s', ...more }],
  });
  return jobSettings(config.scrape_configs[0]!, config.global);
}

function targetOf(settings: JobSettings): Target {
  const groups = [{ source: 'test', targets: [{ __address__: address }], labels: {} }];
  const [target] = resolveTargets(groups, settings).targets.values();
  return target!;
}

function loopOf(more: Partial<ScrapeLoopOptions> & Pick<ScrapeLoopOptions, 'read'>): ScrapeLoop {
  const settings = settingsOf({});
  return new ScrapeLoop({
    target: targetOf(settings),
    rules: settings.rules,
    store,
    log,
    onMetadata: (metadata) => metadata,
    onExemplars: (some) => exemplars.push(...some),
    clocks: { ...SYSTEM_CLOCKS, wall: () => T0 + 300_000 },
    ...more,
  });
}

function loopFor(more: Omit<Job, 'job_name'> = {}, logger = log, into = store): ScrapeLoop {
  const settings = settingsOf(more);
  const http = new HttpClient(settings.config, folder);
  clients.push(http);
  const target = targetOf(settings);
  const read = (): Promise<ScrapedBody> => fetchExposition(http, target, settings);
  return loopOf({ target, rules: settings.rules, read, store: into, log: logger });
}

/** The samples of a metric of this test's job: seconds since T0, and the value or `stale`. */
async function samples(
  name: string,
  labels: Record<string, string> = {},
  from = store,
): Promise<unknown[]> {
  const found = await from.select(
    Object.entries({ job, __name__: name, ...labels }).map(([key, value]) => ({
      name: key,
      op: '=' as const,
      value,
    })),
    { from: T0 - 60_000, to: T0 + 600_000 },
  );
  return found.flatMap(({ times, values, stale }) =>
    [...times].map((time, i) => [
      (time - T0) / 1000,
      stale !== undefined && (stale[i >> 3]! & (1 << (i & 7))) !== 0 ? 'stale' : values[i],
    ]),
  );
}

// What is expected follows prometheus.io: "Jobs and instances" (automatically generated labels and time series),
// "Querying basics" (staleness), "Configuration" (scrape_config) and "Exposition formats".
describe('scraping a target over HTTP into the store', () => {
  it('writes the samples, up 1 and the scrape_* series, labelled with job and instance', async () => {
    answer = { body: 'a{x="1"} 5\na{x="2"} 6\n' };
    const loop = loopFor();
    await loop.scrape(T0);
    expect(await samples('a', { x: '1', instance: address })).toEqual([[0, 5]]);
    expect(await samples('up', { instance: address })).toEqual([[0, 1]]);
    expect(await samples('scrape_samples_scraped')).toEqual([[0, 2]]);
    expect(await samples('scrape_samples_post_metric_relabeling')).toEqual([[0, 2]]);
    expect(await samples('scrape_series_added')).toEqual([[0, 2]]);
    expect(await samples('scrape_duration_seconds')).toEqual([[0, expect.any(Number)]]);
    expect(loop.view).toMatchObject({ health: 'up', lastError: '' });
  });

  it('stores classic histograms as native ones where that is configured', async () => {
    answer = {
      body: '# TYPE took histogram\ntook_bucket{le="1"} 2\ntook_bucket{le="+Inf"} 3\ntook_sum 4\ntook_count 3\n',
    };
    await loopFor({ convert_classic_histograms_to_nhcb: true }).scrape(T0);
    const took = (name: string) =>
      store.select(
        [
          { name: '__name__', op: '=', value: name },
          { name: 'job', op: '=', value: job },
        ],
        { from: T0, to: T0 },
        { step: 0, range: 0 },
      );
    expect((await took('took'))[0]!.histograms).toMatchObject([
      { customValues: [1], count: 3, sum: 4, positive: { indices: [0, 1], counts: [2, 1] } },
    ]);
    expect(await took('took_bucket')).toEqual([]);
    expect(await samples('scrape_samples_scraped')).toEqual([[0, 1]]);
  });

  it('writes up 0 and ends every series when the target fails, and takes them up when it is back', async () => {
    const loop = loopFor();
    answer = { body: 'a 5\n' };
    await loop.scrape(T0);
    answer = { status: 503, body: 'a 6\n' };
    await loop.scrape(T0 + 15_000);
    expect(loop.view).toMatchObject({
      health: 'down',
      lastError: 'server returned HTTP status 503 Service Unavailable',
    });
    answer = { body: 'a 7\n' };
    await loop.scrape(T0 + 30_000);
    expect(await samples('a')).toEqual([
      [0, 5],
      [15, 'stale'],
      [30, 7],
    ]);
    expect(await samples('up')).toEqual([
      [0, 1],
      [15, 0],
      [30, 1],
    ]);
    expect(await samples('scrape_samples_scraped')).toEqual([
      [0, 1],
      [15, 0],
      [30, 1],
    ]);
  });

  it('ends a series that is not in the next scrape, and only that', async () => {
    const loop = loopFor();
    answer = { body: 'a 1\nb 1\n' };
    await loop.scrape(T0);
    answer = { body: 'a 2\n' };
    await loop.scrape(T0 + 15_000);
    await loop.scrape(T0 + 30_000);
    expect(await samples('a')).toEqual([
      [0, 1],
      [15, 2],
      [30, 2],
    ]);
    expect(await samples('b')).toEqual([
      [0, 1],
      [15, 'stale'],
    ]);
  });

  it('ends all series of a target that goes away, up included, but none when the server stops', async () => {
    answer = { body: 'a 1\n' };
    const leaving = loopFor();
    await leaving.scrape(T0);
    await leaving.retire();
    for (const name of ['a', 'up', 'scrape_duration_seconds', 'scrape_series_added'])
      expect((await samples(name)).at(-1)).toEqual([300, 'stale']);

    job = `${job}-staying`;
    const staying = loopFor();
    await staying.scrape(T0);
    await staying.stop();
    expect(await samples('a')).toEqual([[0, 1]]);
    expect(await samples('up')).toEqual([[0, 1]]);
  });

  it('keeps samples and stale markers in ClickHouse, not only in memory', async () => {
    const loop = loopFor();
    answer = { body: 'a 1\n' };
    await loop.scrape(T0);
    answer = { body: '' };
    await loop.scrape(T0 + 15_000);
    await store.flush();
    const [series] = await new History(client).read(
      [
        { name: '__name__', op: '=', value: 'a' },
        { name: 'job', op: '=', value: job },
      ],
      T0,
      T0 + 60_000,
    );
    expect([...series!.times]).toEqual([T0, T0 + 15_000]);
    expect(series!.values[0]).toBe(1);
    expect(series!.stale).toEqual(Uint8Array.of(0b10));
  });

  it('asks for gzip and reads it', async () => {
    answer = { body: gzipSync('a 5\n'), encoding: 'gzip' };
    await loopFor().scrape(T0);
    expect(asked[0]!.headers['accept-encoding']).toBe('gzip');
    expect(asked[0]!.headers['x-prometheus-scrape-timeout-seconds']).toBe('2');
    expect(await samples('a')).toEqual([[0, 5]]);
  });

  it('writes nothing of a text with one malformed line, and says which line', async () => {
    const loop = loopFor();
    answer = { body: 'good 1\nbad one\n' };
    await loop.scrape(T0);
    expect(await samples('good')).toEqual([]);
    expect(await samples('up')).toEqual([[0, 0]]);
    expect(loop.view.lastError).toBe('line 2, column 4: "one" is not a number: bad one');
  });

  it('says what is wrong on one short line, whatever the target wrote, and shows no secret of the address', async () => {
    const lines: string[] = [];
    const written = pino({}, { write: (line: string) => void lines.push(line) });
    const loop = loopFor({ params: { token: ['s3cr3t'] } }, written);
    answer = { type: `text/${'x'.repeat(2000)}`, body: '' };
    await loop.scrape(T0);
    expect(loop.view.lastError.length).toBeLessThanOrEqual(500);
    answer = { body: 'a{b="\u001b]0;owned\u0007\u202e"} x\n' };
    await loop.scrape(T0 + 15_000);
    expect(loop.view.lastError).toMatch(/^line 1, column \d+: "x" is not a number: a\{b=/);
    expect(loop.view.lastError).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[1]!)).toMatchObject({
      url: `http://${address}/metrics?token=<secret>`,
      error: loop.view.lastError,
    });
    expect(lines.join()).not.toContain('s3cr3t');
  });

  it('repeats nothing of what another host answers, to which the target redirects', async () => {
    const inner = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('KEY=s3cr3t\n');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => inner.once('listening', resolve));
    answer = {
      status: 302,
      location: `http://127.0.0.1:${(inner.address() as AddressInfo).port}/`,
      body: '',
    };
    const loop = loopFor();
    await loop.scrape(T0);
    inner.closeAllConnections();
    inner.close();
    expect(loop.view.lastError).toBe(
      'what the target redirects to answers with no exposition format',
    );
  });

  it('treats a packed answer that was cut short as failed', async () => {
    const text = Array.from({ length: 40 }, (_, i) => `a{i="${i}"} ${4_000_000 + i}\n`).join('');
    answer = { body: gzipSync(text).subarray(0, -11), encoding: 'gzip' };
    const loop = loopFor();
    await loop.scrape(T0);
    expect(loop.view.lastError).toBe('unexpected EOF: the gzip body was cut short');
    expect(await samples('a')).toEqual([]);
    expect(await samples('up')).toEqual([[0, 0]]);
  });

  it('lets others go while it reads and writes very many series, in text and in protobuf', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `many{i="${i}"} ${i}\n`);
    const metrics = lines.map((_, i) => ({ labels: [['i', `${i}`] as const], gauge: i }));
    const protobuf = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily';
    const bodies = [
      { body: lines.join('') },
      {
        type: `${protobuf};encoding=delimited`,
        body: encodeFamilies([{ name: 'many', type: 1, metrics }]),
      },
    ];
    for (const each of bodies) {
      answer = each;
      job = `${job}-`;
      const loop = loopFor({ scrape_timeout: '60s', scrape_interval: '60s' });
      let rounds = 0;
      let over = false;
      const look = (): void => {
        rounds++;
        if (!over) setImmediate(look);
      };
      const scraped = loop.scrape(T0);
      look();
      await scraped;
      over = true;
      expect(loop.view.lastError).toBe('');
      expect(await samples('many', { i: '19999' })).toEqual([[0, 19_999]]);
      expect(rounds).toBeGreaterThan(5);
    }
  });

  it('fails whole where there is more than can be read in its time, and takes all of it up where there is time', async () => {
    const text = Array.from({ length: 40_000 }, (_, i) => `much{i="${i}"} ${i}\n`).join('');
    const target = { ...targetOf(settingsOf({})), timeoutMs: 400 };
    // A second goes by whenever somebody looks; a page this long is not read without looking.
    let [now, aLook] = [0, 1000];
    const monotonic = (): number => {
      now += aLook;
      return now;
    };
    const slow = loopOf({
      target,
      clocks: { wall: () => T0 + 300_000, monotonic },
      read: async () => ({ format: 'text', text: [text] }),
    });
    await slow.scrape(T0);
    expect(slow.view.lastError).toContain('more than can be read within 0.4 s; set scrape_timeout');
    expect(await samples('up')).toEqual([[0, 0]]);
    expect(await samples('much', { i: '0' })).toEqual([]);
    aLook = 0;
    await slow.scrape(T0 + 1000);
    expect(slow.view.health).toBe('up');
    expect(await samples('much', { i: '39999' })).toEqual([[1, 39_999]]);
  });

  it.each([-150, 150])(
    'goes on at its beat when the clock is set by %d seconds, at the times that it says then',
    async (bySeconds) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const clock = new SetClock(T0 + 300_000);
      const read = async (): Promise<ScrapedBody> => ({ format: 'text', text: ['beat 1\n'] });
      const loop = loopOf({ clocks: clock, read });
      const pass = async (seconds: number): Promise<void> => {
        for (let passed = 0; passed < seconds; passed++) {
          clock.pass(1000);
          vi.advanceTimersByTime(1000);
          for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
        }
      };
      try {
        await loop.start();
        await pass(40);
        const before = (await samples('up')).length;
        expect(before).toBeGreaterThanOrEqual(2);
        clock.set(bySeconds * 1000);
        await pass(90);
        const times = (await samples('up')).map((one) => (one as [number, number])[0]);
        const since = times.filter((at) => (bySeconds < 0 ? at < 300 : at > 450));
        expect(times.length - before).toBe(since.length);
        expect(since.length).toBeGreaterThanOrEqual(5);
        expect(await samples('beat')).toHaveLength(times.length);
      } finally {
        vi.useRealTimers();
        await loop.stop();
      }
    },
  );

  it('tells of samples that are too old to be put between others, or have another value at their time', async () => {
    const refused: [string, number][] = [];
    const loop = loopOf({
      read: async () => ({
        format: 'text',
        text: [`old 1 ${T0 - 3_000_000}\nnow ${refused.length}\n`],
      }),
      onRefused: (reason, count) => void refused.push([reason, count]),
    });
    answer = { body: '' };
    await loop.scrape(T0);
    expect(refused).toEqual([['too-old', 1]]);
    await loop.scrape(T0);
    expect(refused.slice(1)).toEqual([
      ['too-old', 1],
      ['conflict', 1],
    ]);
  });

  it('treats a scrape over sample_limit as failed, counting after metric relabelling', async () => {
    const drop = { source_labels: ['__name__'], regex: 'noise.*', action: 'drop' };
    const loop = loopFor({ sample_limit: 2, metric_relabel_configs: [drop] });
    answer = { body: 'a 1\nb 1\nnoise_1 1\nnoise_2 1\n' };
    await loop.scrape(T0);
    answer = { body: 'a 1\nb 1\nc 1\nnoise_1 1\n' };
    await loop.scrape(T0 + 15_000);
    expect(await samples('up')).toEqual([
      [0, 1],
      [15, 0],
    ]);
    expect(await samples('a')).toEqual([
      [0, 1],
      [15, 'stale'],
    ]);
    expect(await samples('c')).toEqual([]);
    expect(await samples('noise_1')).toEqual([]);
    expect(await samples('scrape_samples_scraped')).toEqual([
      [0, 4],
      [15, 4],
    ]);
    expect(await samples('scrape_samples_post_metric_relabeling')).toEqual([
      [0, 2],
      [15, 3],
    ]);
    expect(loop.view.lastError).toContain('sample_limit 2');
  });

  it('fails a scrape whole that would make more series than the store may hold, and tells how many', async () => {
    const limited = await MetricStore.open({
      history: new History(client),
      headMs: 3_600_000,
      limits: { total: 0, perJob: 6 },
      log,
    });
    // Its own series, like `up`, are always taken, and count: five of them.
    const loop = loopFor({}, log, limited);
    answer = { body: 'a 1\n' };
    await loop.scrape(T0);
    expect(loop.view.health).toBe('up');
    answer = { body: 'a 1\nb 1\nc 1\n' };
    await loop.scrape(T0 + 15_000);
    expect(loop.view.health).toBe('down');
    expect(loop.view.lastError).toContain(
      `no new series are taken of job "${job}": 6 are in memory and storage.max_series_per_job allows 6`,
    );
    expect(loop.view.lastError).toContain('2 of these are new');
    answer = { body: 'a 1\n' };
    await loop.scrape(T0 + 30_000);
    expect(loop.view.health).toBe('up');
    expect(await samples('up', {}, limited)).toEqual([
      [0, 1],
      [15, 0],
      [30, 1],
    ]);
    expect(await samples('a', {}, limited)).toEqual([
      [0, 1],
      [15, 'stale'],
      [30, 1],
    ]);
    expect(await samples('b', {}, limited)).toEqual([]);
    await limited.close();
  });

  it.each([
    [{ label_limit: 3 }, 'label_limit exceeded'],
    [{ label_name_length_limit: 8 }, 'label_name_length_limit exceeded'],
    [{ label_value_length_limit: 20 }, 'label_value_length_limit exceeded'],
    [{ body_size_limit: '40B' }, 'body size limit exceeded'],
  ])('fails the scrape under %j', async (limits, message) => {
    const loop = loopFor(limits);
    answer = { body: 'a{long_name="1234567890123456789012345"} 1\n' };
    await loop.scrape(T0);
    expect(await samples('a')).toEqual([]);
    expect(await samples('up')).toEqual([[0, 0]]);
    expect(loop.view.lastError).toContain(message);
  });

  it('keeps the target’s word in exported_ labels, or lets it stand with honor_labels', async () => {
    answer = { body: 'a{job="theirs",instance="they",exported_job="older"} 1\n' };
    await loopFor().scrape(T0);
    expect(
      await samples('a', {
        instance: address,
        exported_instance: 'they',
        exported_exported_job: 'theirs',
        exported_job: 'older',
      }),
    ).toEqual([[0, 1]]);

    const ours = job;
    await loopFor({ honor_labels: true }).scrape(T0);
    job = 'theirs';
    expect(await samples('a', { instance: 'they', exported_job: 'older' })).toEqual([[0, 1]]);

    answer = { body: 'pushed{instance="",job="batch"} 3\n' };
    await loopFor({ honor_labels: true }).scrape(T0);
    job = 'batch';
    expect(await samples('pushed', { instance: '' })).toEqual([[0, 3]]);
    job = ours;
  });

  it('takes the target’s timestamps and does not end such series, unless told otherwise', async () => {
    const dated = `a 1 ${T0 - 5000}\n`;
    const loop = loopFor();
    answer = { body: dated };
    await loop.scrape(T0);
    answer = { body: '' };
    await loop.scrape(T0 + 15_000);
    expect(await samples('a')).toEqual([[-5, 1]]);

    job = `${job}-tracked`;
    const tracked = loopFor({ track_timestamps_staleness: true });
    answer = { body: dated };
    await tracked.scrape(T0);
    answer = { body: '' };
    await tracked.scrape(T0 + 15_000);
    expect(await samples('a')).toEqual([
      [-5, 1],
      [15, 'stale'],
    ]);

    job = `${job}-ignored`;
    answer = { body: dated };
    await loopFor({ honor_timestamps: false }).scrape(T0);
    expect(await samples('a')).toEqual([[0, 1]]);
  });

  it('prefers OpenMetrics, reads it, and hands exemplars on', async () => {
    answer = {
      type: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
      body: '# TYPE a counter\na_total 5 # {trace_id="t1"} 0.5\n# EOF\n',
    };
    await loopFor().scrape(T0);
    expect(asked[0]!.headers['accept']).toBe(
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    );
    expect(await samples('a_total')).toEqual([[0, 5]]);
    expect(exemplars).toEqual([
      {
        series: { __name__: 'a_total', job, instance: address },
        labels: { trace_id: 't1' },
        value: 0.5,
        time: T0,
      },
    ]);
  });

  describe('in protobuf', () => {
    const type =
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
    const gauge = { name: 'a', type: 1, metrics: [{ gauge: 5 }] };
    const native = {
      name: 'h',
      type: 4,
      metrics: [
        {
          histogram: {
            count: 6,
            sum: 1,
            native: { schema: 0, positiveSpans: [[1, 3]], positiveDeltas: [1, 1, 1] },
          },
        },
      ],
    } as const;

    it('stores native histograms and ends them like any series', async () => {
      const loop = loopFor({ scrape_native_histograms: true });
      answer = { type, body: gzipSync(encodeFamilies([gauge, native])), encoding: 'gzip' };
      await loop.scrape(T0);
      answer = { type, body: encodeFamilies([gauge]) };
      await loop.scrape(T0 + 15_000);
      expect(await samples('a')).toEqual([
        [0, 5],
        [15, 5],
      ]);
      expect(await samples('h')).toEqual([
        [0, Number.NaN],
        [15, 'stale'],
      ]);
      const [series] = await store.select(
        [
          { name: '__name__', op: '=', value: 'h' },
          { name: 'job', op: '=', value: job },
        ],
        { from: T0, to: T0 + 60_000 },
      );
      expect(series!.histograms?.[0]).toMatchObject({ count: 6, positive: { counts: [1, 2, 3] } });
    });

    it('writes nothing of a body that is malformed somewhere, and says at which byte', async () => {
      const loop = loopFor({ scrape_native_histograms: true });
      const whole = encodeFamilies([gauge, native]);
      answer = { type, body: whole.subarray(0, whole.length - 1) };
      await loop.scrape(T0);
      expect(await samples('a')).toEqual([]);
      expect(await samples('up')).toEqual([[0, 0]]);
      expect(loop.view.lastError).toMatch(/at byte \d+|near byte \d+/);
    });

    it.each([
      [{ sample_limit: 1 }, 'sample_limit 1'],
      [{ native_histogram_bucket_limit: 1 }, ''],
      [{ body_size_limit: '10B' }, 'body size limit exceeded'],
      [{ label_value_length_limit: 3 }, 'label_value_length_limit exceeded'],
    ])('holds its limits: %j', async (limits, message) => {
      const loop = loopFor({ scrape_native_histograms: true, ...limits });
      answer = { type, body: encodeFamilies([gauge, native]) };
      await loop.scrape(T0);
      expect(loop.view.lastError).toContain(message);
      expect(loop.view.health).toBe(message === '' ? 'up' : 'down');
      expect(await samples('a')).toHaveLength(message === '' ? 1 : 0);
    });

    it('fails the scrape where the limit of buckets cannot be kept, and stores nothing of it', async () => {
      const sides = { ...native.metrics[0].histogram.native, negativeSpans: [[0, 1]] as const };
      const histogram = { count: 7, sum: 1, native: { ...sides, negativeDeltas: [1] } };
      const loop = loopFor({ scrape_native_histograms: true, native_histogram_bucket_limit: 1 });
      answer = { type, body: encodeFamilies([gauge, { ...native, metrics: [{ histogram }] }]) };
      await loop.scrape(T0);
      expect(loop.view.lastError).toContain('native_histogram_bucket_limit exceeded');
      expect(await samples('a')).toEqual([]);
    });
  });

  it('refuses an answer that is no exposition, unless fallback_scrape_protocol says what it is', async () => {
    const loop = loopFor();
    answer = { type: 'text/html', body: 'a 1\n' };
    await loop.scrape(T0);
    expect(loop.view.lastError).toContain('"text/html"');
    await loopFor({ fallback_scrape_protocol: 'PrometheusText0.0.4' }).scrape(T0 + 1000);
    expect(await samples('a')).toEqual([[1, 1]]);
  });

  it('goes on without a gap when another loop takes over the same labels, and ends what that one lacks', async () => {
    answer = { body: 'a 1\nb 1\n' };
    const before = loopFor();
    await before.scrape(T0);
    answer = { body: 'a 2\n' };
    const after = new ScrapeLoop({
      target: { ...before.view, timeoutMs: 1000 },
      rules: jobSettings(
        configFrom({ scrape_configs: [{ job_name: job }] }).config.scrape_configs[0]!,
        configFrom({}).config.global,
      ).rules,
      read: async () => ({ text: 'a 2\n', format: 'text' }),
      store,
      log,
      onMetadata: (metadata) => metadata,
      clocks: { ...SYSTEM_CLOCKS, wall: () => T0 + 15_000 },
      predecessor: before,
    });
    await after.start();
    await after.stop();
    expect(await samples('a')).toEqual([
      [0, 1],
      [15, 2],
    ]);
    expect(await samples('b')).toEqual([
      [0, 1],
      [15, 'stale'],
    ]);
    expect(await samples('up')).toEqual([
      [0, 1],
      [15, 1],
    ]);
  });
});
