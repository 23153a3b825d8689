import { spawnSync } from 'node:child_process';
import type { SentSeries } from '@bellwether/formats';
import { compressSync } from 'snappy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BesidePrometheus } from '../testing/beside-prometheus.ts';
import { encodeV1 } from '../testing/encode.ts';

/*
 * The same samples, in the same order, by remote write to a real Prometheus (2.42, package `prometheus`) and to us, both
 * with an out-of-order window of 30 minutes: how each is answered, and what a range selector finds afterwards.
 */

const there = spawnSync('prometheus', ['--version']).status === 0;
const MINUTE = 60_000;
const now = Math.floor(Date.now() / 1000) * 1000;

type SentHistogram = NonNullable<SentSeries['histograms']>[number];

/** Minutes from now, and what is written there; each is a request of its own. */
type Sent = readonly [minutes: number, value: number | 'stale' | SentHistogram];

const histogram = (count: number): SentHistogram => ({
  time: 0,
  count,
  sum: 2.5 * count,
  schema: 0,
  positiveSpans: [[0, 1]],
  positiveDeltas: [count],
});

interface Rule {
  readonly name: string;
  readonly sent: readonly Sent[];
  /** How the last of them is answered. */
  readonly status: number;
  /** What is there afterwards, as minutes and value; the count of a histogram. */
  readonly there: readonly (readonly [minutes: number, value: string])[];
  /** Where Prometheus 2.42 does otherwise. */
  readonly theirs?: { readonly status?: number; readonly there?: Rule['there'] };
}

// Source: prometheus.io, "Configuration", `<tsdb>`, out_of_order_time_window; "Remote-Write 1.0 specification", sections
// "Ordering" and "Stale Markers". Each is tried on a real Prometheus here.
const RULES: readonly Rule[] = [
  {
    name: 'takes a late sample within the window, and puts it in its place',
    sent: [
      [-20, 1],
      [-1, 3],
      [-10, 2],
    ],
    status: 204,
    there: [
      [-20, '1'],
      [-10, '2'],
      [-1, '3'],
    ],
  },
  {
    name: 'takes many late samples in any order',
    sent: [
      [-1, 5],
      [-9, 3],
      [-25, 1],
      [-5, 4],
      [-12, 2],
    ],
    status: 204,
    there: [
      [-25, '1'],
      [-12, '2'],
      [-9, '3'],
      [-5, '4'],
      [-1, '5'],
    ],
  },
  {
    name: 'refuses a late sample beyond the window',
    sent: [
      [-1, 2],
      [-40, 1],
    ],
    status: 400,
    there: [[-1, '2']],
    // Later ones answer 400, as the specification asks.
    theirs: { status: 500 },
  },
  {
    name: 'takes the first sample of a series, though it is older than the window',
    sent: [
      [-40, 1],
      [-1, 2],
    ],
    status: 204,
    there: [
      [-40, '1'],
      [-1, '2'],
    ],
  },
  {
    name: 'takes the newest sample again',
    sent: [
      [-1, 1],
      [-1, 1],
    ],
    status: 204,
    there: [[-1, '1']],
  },
  {
    name: 'refuses another value at the time of the newest sample',
    sent: [
      [-1, 1],
      [-1, 2],
    ],
    status: 400,
    there: [[-1, '1']],
  },
  {
    name: 'takes an older sample again',
    sent: [
      [-10, 1],
      [-1, 2],
      [-10, 1],
    ],
    status: 204,
    there: [
      [-10, '1'],
      [-1, '2'],
    ],
  },
  {
    name: 'takes a late sample again',
    sent: [
      [-1, 2],
      [-10, 1],
      [-10, 1],
    ],
    status: 204,
    there: [
      [-10, '1'],
      [-1, '2'],
    ],
  },
  {
    name: 'keeps the value that a late sample had first',
    sent: [
      [-1, 2],
      [-10, 1],
      [-10, 7],
    ],
    status: 400,
    there: [
      [-10, '1'],
      [-1, '2'],
    ],
    // It drops the other without a word.
    theirs: { status: 204 },
  },
  {
    name: 'takes a stale marker that comes late, and shows none in a range',
    sent: [
      [-20, 1],
      [-1, 3],
      [-10, 'stale'],
    ],
    status: 204,
    there: [
      [-20, '1'],
      [-1, '3'],
    ],
  },
  {
    name: 'goes on after a stale marker',
    sent: [
      [-20, 1],
      [-10, 'stale'],
      [-1, 2],
    ],
    status: 204,
    there: [
      [-20, '1'],
      [-1, '2'],
    ],
  },
  {
    name: 'takes a late sample behind a stale marker',
    sent: [
      [-20, 1],
      [-5, 'stale'],
      [-10, 2],
    ],
    status: 204,
    there: [
      [-20, '1'],
      [-10, '2'],
    ],
  },
  {
    name: 'takes native histograms in order',
    sent: [
      [-10, histogram(3)],
      [-1, histogram(5)],
    ],
    status: 204,
    there: [
      [-10, '3'],
      [-1, '5'],
    ],
  },
  {
    name: 'takes a native histogram that comes late',
    sent: [
      [-1, histogram(5)],
      [-10, histogram(3)],
    ],
    status: 204,
    there: [
      [-10, '3'],
      [-1, '5'],
    ],
    // Only Prometheus 3 does.
    theirs: { status: 400, there: [[-1, '5']] },
  },
];

let both: BesidePrometheus;
/** How the last sample of each rule was answered, by who and rule. */
const answers = new Map<string, { status: number; text: string }>();
const metric = (rule: Rule): string => `rule_${RULES.indexOf(rule)}`;

async function write(url: string, series: SentSeries): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: new Uint8Array(compressSync(encodeV1([series]))),
  });
  return { status: response.status, text: await response.text() };
}

function seriesOf(rule: Rule, [minutes, value]: Sent): SentSeries {
  const time = now + minutes * MINUTE;
  const labels: SentSeries['labels'] = [['__name__', metric(rule)]];
  return typeof value === 'object'
    ? { labels, histograms: [{ ...value, time }] }
    : { labels, samples: [[time, value]] };
}

async function found(url: string, rule: Rule): Promise<unknown[]> {
  const series = await both.query(url, `${metric(rule)}[2h]`, now / 1000);
  return series.flatMap(({ values = [], histograms = [] }) =>
    [
      ...values,
      ...histograms.map(([at, one]) => [at, (one as { count: string }).count] as const),
    ].map(([at, value]) => [Math.round((at * 1000 - now) / MINUTE), value]),
  );
}

beforeAll(async () => {
  if (!there) return;
  both = await BesidePrometheus.create();
  await both.configure({
    both: '',
    theirs: 'storage: { tsdb: { out_of_order_time_window: 30m } }\n',
  });
  await both.start();
  for (const [who, url] of both.urls) {
    // Prometheus counts its window back from the newest sample of all, we from the clock: let it be the same.
    const first = { labels: [['__name__', 'newest']] as const, samples: [[now, 1]] as const };
    expect((await write(url, first as unknown as SentSeries)).status).toBe(204);
    for (const rule of RULES)
      for (const sent of rule.sent)
        answers.set(`${who} ${metric(rule)}`, await write(url, seriesOf(rule, sent)));
  }
});

afterAll(async () => {
  if (there) await both.stop();
});

describe.skipIf(!there)('samples that come late, to a real Prometheus and to us', () => {
  it.each(RULES.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    for (const [who, url] of both.urls) {
      const { status, there: expected } = who === 'Prometheus' ? { ...rule, ...rule.theirs } : rule;
      const answer = answers.get(`${who} ${metric(rule)}`)!;
      expect(answer.status, `${who}: ${answer.text}`).toBe(status);
      expect(await found(url, rule), who).toEqual(expected);
    }
  });

  it('ends a series between the samples that a late stale marker came between', async () => {
    const rule = RULES.find(({ name }) => name.startsWith('takes a stale marker'))!;
    for (const [who, url] of both.urls) {
      const at = async (minutes: number): Promise<string[]> =>
        (await both.query(url, metric(rule), (now + minutes * MINUTE) / 1000)).map(
          ({ value }) => value![1],
        );
      expect([await at(-19), await at(-10), await at(-9), await at(-1)], who).toEqual([
        ['1'],
        [],
        [],
        ['3'],
      ]);
    }
  });

  it('says what was wrong with those that are refused', () => {
    const said = (start: string): string =>
      answers.get(`Bellwether ${metric(RULES.find(({ name }) => name.startsWith(start))!)}`)!.text;
    expect(said('refuses a late')).toMatch(/^out of order sample: rule_2 at /m);
    expect(said('refuses another')).toMatch(
      /^duplicate sample for timestamp with another value: rule_5 at /m,
    );
  });
});
