import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BesidePrometheus } from '../../testing/beside-prometheus.ts';
import { eventually } from '../../testing/processes.ts';

/*
 * The same happens to the targets of a real Prometheus (2.42, package `prometheus`) and to ours: which series are there
 * afterwards, and from when on they are not.
 */

const there = spawnSync('prometheus', ['--version']).status === 0;

/** What a job's target answers, by job: a text, or a status. */
const answers = new Map<string, string | number>();
/** How often each was asked since the last change, by who asks and job. */
const asked = new Map<string, number>();

const target = createServer(({ url = '', headers }, response) => {
  const job = url.slice(1);
  const who = `${String(headers['user-agent']).split('/')[0]} ${job}`;
  asked.set(who, (asked.get(who) ?? 0) + 1);
  const answer = answers.get(job) ?? 404;
  response.statusCode = typeof answer === 'number' ? answer : 200;
  response.setHeader('content-type', 'text/plain; version=0.0.4');
  response.end(typeof answer === 'number' ? '' : answer);
});

const began = Date.now();
const dated = `a 1 ${began}\nb 1\n`;
const JOBS: Readonly<Record<string, string>> = {
  'series-gone': 'a 1\nb 1\n',
  'scrape-failed': 'a 1\n',
  'scrape-malformed': 'a 1\n',
  'scrape-empty': 'a 1\n',
  'value-nan': 'a 1\n',
  'comes-back': 'a 1\n',
  'own-times-gone': dated,
  'own-times-failed': dated,
  'own-times-ignored': dated,
  'own-times-tracked': dated,
  'target-gone': 'a 1\n',
  'target-reloaded': 'a 1\n',
  'job-gone': 'a 1\n',
};

/** What happens to each. */
const AFTERWARDS: Readonly<Record<string, string | number>> = {
  'series-gone': 'a 1\n',
  'scrape-failed': 503,
  // Series that stand before such a line Prometheus leaves as they were until they are five minutes old: we end them too.
  'scrape-malformed': 'b one\na 1\n',
  'scrape-empty': '',
  'value-nan': 'a NaN\n',
  'own-times-gone': 'b 1\n',
  'own-times-failed': 503,
  'own-times-ignored': 'b 1\n',
  'own-times-tracked': 'b 1\n',
};

let both: BesidePrometheus;
let port = 0;

async function configure(jobs: readonly string[], reloaded = false): Promise<void> {
  const job = (name: string, more = ''): string => `- job_name: ${name}
  metrics_path: /${name}
${name === 'own-times-ignored' ? '  honor_timestamps: false\n' : ''}${more}${
  name === 'target-gone'
    ? '  file_sd_configs: [{ files: [targets.json] }]\n'
    : `  static_configs: [{ targets: [${name === 'target-reloaded' && reloaded ? '' : `'127.0.0.1:${port}'`}] }]\n`
}`;
  const [tracked, others] = [
    jobs.filter((name) => name === 'own-times-tracked'),
    jobs.filter((name) => name !== 'own-times-tracked'),
  ];
  await both.configure({
    both: `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n${others.map((name) => job(name)).join('')}`,
    // Prometheus has this key since 2.48; what it does there is what it always did to series without times.
    ours: tracked.map((name) => job(name, '  track_timestamps_staleness: true\n')).join(''),
    theirs: tracked.map((name) => job(name, '  honor_timestamps: false\n')).join(''),
  });
}

async function discover(targets: readonly string[]): Promise<void> {
  const file = join(both.folder, 'targets.json');
  await writeFile(`${file}.new`, JSON.stringify([{ targets }]));
  await rename(`${file}.new`, file);
}

/** `job/name` of all series that are there. */
async function present(url: string): Promise<string[]> {
  const found = await both.query(url, '{__name__=~"a|b|up",job!="bellwether"}');
  return found.map(({ metric }) => `${metric['job']}/${metric['__name__']}`).sort();
}

/** Waits until everything has been asked so often since now. */
async function scrapes(count: number, jobs: readonly string[]): Promise<void> {
  asked.clear();
  await eventually(`${count} scrapes`, async () =>
    ['Prometheus', 'Bellwether'].every((who) =>
      jobs.every((job) => (asked.get(`${who} ${job}`) ?? 0) >= count),
    )
      ? true
      : undefined,
  );
}

const STAYING = Object.keys(JOBS).filter((job) => !/^(target|job)-/.test(job));

beforeAll(async () => {
  if (!there) return;
  for (const [job, text] of Object.entries(JOBS)) answers.set(job, text);
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  port = (target.address() as AddressInfo).port;
  both = await BesidePrometheus.create();
  await configure(Object.keys(JOBS));
  await discover([`127.0.0.1:${port}`]);
  await both.start();
  const all = Object.entries(JOBS).flatMap(([job, text]) =>
    ['up', ...(text.match(/^\w+/gm) ?? [])].map((name) => `${job}/${name}`),
  );
  for (const [, url] of both.urls)
    await eventually('all series', async () => {
      const found = await present(url);
      return all.every((one) => found.includes(one)) ? true : undefined;
    });
  answers.set('comes-back', 503);
  await scrapes(2, ['comes-back']);
  for (const [job, answer] of Object.entries(AFTERWARDS)) answers.set(job, answer);
  answers.set('comes-back', 'a 1\n');
  await discover([]);
  await configure(
    Object.keys(JOBS).filter((job) => job !== 'job-gone'),
    true,
  );
  await both.reload();
  await scrapes(3, STAYING);
});

afterAll(async () => {
  if (!there) return;
  await both.stop();
  target.close();
});

// The rules are those of prometheus.io, "Querying basics", section "Staleness", and "Configuration", <scrape_config>.
const RULES: readonly [string, string[], string[]][] = [
  [
    'ends a series that its target no longer has, and only that',
    ['series-gone/a', 'series-gone/up'],
    ['series-gone/b'],
  ],
  [
    'ends the series of a target that cannot be scraped, but up, which is 0',
    ['scrape-failed/up'],
    ['scrape-failed/a'],
  ],
  [
    'ends them too when a line of the answer is malformed, and takes none of it',
    ['scrape-malformed/up'],
    ['scrape-malformed/a', 'scrape-malformed/b'],
  ],
  ['ends them when the target has nothing to say', ['scrape-empty/up'], ['scrape-empty/a']],
  ['does not take NaN for an end', ['value-nan/a'], []],
  ['goes on with a series that comes back', ['comes-back/a', 'comes-back/up'], []],
  [
    'lets a series with times of its own be, when it is gone',
    ['own-times-gone/a', 'own-times-gone/b'],
    [],
  ],
  [
    'lets it be when the scrape fails, but ends those without times',
    ['own-times-failed/a'],
    ['own-times-failed/b'],
  ],
  ['ends it where such times are ignored', ['own-times-ignored/b'], ['own-times-ignored/a']],
  [
    'ends it where it is told to track such series',
    ['own-times-tracked/b'],
    ['own-times-tracked/a'],
  ],
  [
    'ends all series of a target that discovery no longer has, up too',
    [],
    ['target-gone/a', 'target-gone/up'],
  ],
  [
    'ends all series of a target that a reload has taken away, up too',
    [],
    ['target-reloaded/a', 'target-reloaded/up'],
  ],
];

describe.skipIf(!there)('staleness, in a real Prometheus and here', () => {
  it.each(RULES)('%s', async (_, stays, ends) => {
    for (const [name, url] of both.urls)
      await eventually(
        `${name} to end what ends`,
        async () => {
          const found = await present(url);
          expect(found, name).toEqual(expect.arrayContaining(stays));
          expect(
            found.filter((one) => ends.includes(one)),
            name,
          ).toEqual([]);
          return true;
        },
        30_000,
      );
  });

  it('answers the same as a whole', async () => {
    await eventually('both to agree', async () => {
      const theirs = await present(both.theirs);
      expect(await present(both.ours)).toEqual(theirs.filter((one) => !one.startsWith('job-gone')));
      return true;
    });
  });

  it('ends the series of a job that a reload has taken away, which Prometheus leaves to fade', async () => {
    const ofJob = async (url: string) =>
      (await present(url)).filter((one) => one.startsWith('job-gone'));
    expect(await ofJob(both.ours)).toEqual([]);
    expect(await ofJob(both.theirs)).toEqual(['job-gone/a', 'job-gone/up']);
  });

  it('ends series at the time of the scrape that failed, not before and not after', async () => {
    for (const [name, url] of both.urls) {
      const [up] = await both.query(url, 'up{job="scrape-failed"}[5m]');
      const failed = up!.values!.find(([, value]) => value === '0')![0];
      const at = async (time: number): Promise<number> =>
        (await both.query(url, 'a{job="scrape-failed"}', time)).length;
      expect([await at(failed - 0.001), await at(failed)], name).toEqual([1, 0]);
    }
  });

  it('shows no stale marker in a range, only the samples before and after', async () => {
    for (const [name, url] of both.urls) {
      const [gone] = await both.query(url, 'a{job="scrape-failed"}[5m]');
      expect(new Set(gone!.values!.map(([, value]) => value)), name).toEqual(new Set(['1']));
      const [nan] = await both.query(url, 'a{job="value-nan"}[5m]');
      expect(nan!.values!.at(-1)![1], name).toBe('NaN');
      const [back] = await both.query(url, 'a{job="comes-back"}[5m]');
      const [ups] = await both.query(url, 'up{job="comes-back"}[5m]');
      const good = ups!.values!.filter(([, value]) => value === '1').map(([time]) => time);
      expect(
        back!.values!.map(([time]) => time),
        name,
      ).toEqual(good);
    }
  });
});
