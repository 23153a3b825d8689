import { createRequire } from 'node:module';
import { monitor } from '@bellwether/sdk';
import { interleaved, retainedBytes, type Work } from './measure.ts';
import { type Answer, PromClientWrapper } from './prom-client-wrapper.ts';
import { type Bench, type ReportRow, row } from './report.ts';

const BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const ROUNDS = 31;
const CALLS = 20_000;
/** Series of each of two metrics, a counter and a histogram, when memory and text are measured. */
const SERIES = 5000;

const ANSWERS: readonly Answer[] = [
  { label: 'spam', confidence: 0.98 },
  { label: 'ham', confidence: 0.65 },
  { label: 'ham', confidence: 0.83 },
];

let turn = 0;

function classify(_text: string): Answer {
  turn = (turn + 1) % ANSWERS.length;
  return ANSWERS[turn]!;
}

async function classifyLater(text: string): Promise<Answer> {
  return classify(text);
}

function fail(): never {
  throw FAILURE;
}

const FAILURE = new RangeError('bench');
const TEXT = 'a mail of no great length';

function features(text: string) {
  return { text_length: text.length, link_count: 3 };
}

function times(fn: (text: string) => unknown): Work {
  return (calls) => {
    for (let call = 0; call < calls; call += 1) fn(TEXT);
  };
}

function timesAsync(fn: (text: string) => Promise<unknown>): Work {
  return async (calls) => {
    for (let call = 0; call < calls; call += 1) await fn(TEXT);
  };
}

function timesCaught(fn: (text: string) => unknown): Work {
  return (calls) => {
    for (let call = 0; call < calls; call += 1) {
      try {
        fn(TEXT);
      } catch {
        // Thrown by the benchmark itself.
      }
    }
  };
}

function ourMonitor(maxSeries = 200) {
  const buckets = { buckets: BUCKETS };
  return monitor({
    ...{ model: 'bench', version: '1', maxSeries },
    features: { text_length: buckets, link_count: buckets },
  });
}

/** What a call costs beyond the function itself. */
async function overhead(
  label: string,
  works: Readonly<Record<'bare' | 'ours' | 'theirs', Work>>,
): Promise<ReportRow> {
  const { bare, ours, theirs } = await interleaved(works, { calls: CALLS, rounds: ROUNDS });
  return row(label, 'ns per call', ours - bare, theirs - bare);
}

async function callRows(): Promise<ReportRow[]> {
  const ours = ourMonitor();
  const theirs = new PromClientWrapper(BUCKETS);
  const observeOurs = ({ confidence, label }: Answer, text: string) => ({
    ...{ prediction: label, confidence, features: features(text) },
  });
  const observeTheirs = (answer: Answer, text: string) => theirs.observe(answer, features(text));
  return [
    await overhead('call: rate, errors, duration', {
      bare: times(classify),
      ours: times(ours.wrap(classify)),
      theirs: times(theirs.wrap(classify)),
    }),
    await overhead('call: and class, confidence, two features', {
      bare: times(classify),
      ours: times(ours.wrap(classify, { observe: observeOurs })),
      theirs: times(theirs.wrap(classify, observeTheirs)),
    }),
    await overhead('asynchronous call: all of it', {
      bare: timesAsync(classifyLater),
      ours: timesAsync(ours.wrap(classifyLater, { observe: observeOurs })),
      theirs: timesAsync(theirs.wrapAsync(classifyLater, observeTheirs)),
    }),
    await overhead('call that throws', {
      bare: timesCaught(fail),
      ours: timesCaught(ours.wrap(fail)),
      theirs: timesCaught(theirs.wrap(fail)),
    }),
  ];
}

function fillOurs() {
  const one = ourMonitor(SERIES);
  for (let n = 0; n < SERIES; n += 1) {
    one.observe({ prediction: `class-${n}`, features: { [`feature-${n}`]: n % 1000 } });
  }
  return one;
}

function fillTheirs(buckets: number[]) {
  const one = new PromClientWrapper(buckets);
  for (let n = 0; n < SERIES; n += 1) {
    one.observePrediction(`class-${n}`);
    one.observeFeature(`feature-${n}`, n % 1000);
  }
  return one;
}

/** The bounds a feature without options gets, so that both sides keep as many buckets. */
const DEFAULT_FEATURE_BUCKETS = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000],
];

async function seriesRows(): Promise<ReportRow[]> {
  // Both have run once before they are weighed: compiled code must not be counted as series.
  const [ours, theirs] = [fillOurs(), fillTheirs(DEFAULT_FEATURE_BUCKETS)];
  const memory = row(
    `memory of a counter and a histogram series (${SERIES} of each)`,
    'bytes a pair',
    retainedBytes(fillOurs) / SERIES,
    retainedBytes(() => fillTheirs(DEFAULT_FEATURE_BUCKETS)) / SERIES,
  );
  const text = await interleaved(
    {
      ours: (calls) => {
        for (let call = 0; call < calls; call += 1) ours.expose();
      },
      theirs: async (calls) => {
        for (let call = 0; call < calls; call += 1) await theirs.register.metrics();
      },
    },
    { calls: 1, rounds: 15 },
  );
  const lines = ours.expose().split('\n').length;
  return [memory, row(`text of ${lines} lines`, 'ms', text.ours / 1e6, text.theirs / 1e6)];
}

function promClientVersion(): string {
  const require = createRequire(import.meta.url);
  const { version } = require('prom-client/package.json') as { version: string };
  return version;
}

/** Our SDK beside prom-client doing the same work. */
export const run: Bench = async () => ({
  name: 'sdk',
  against: `prom-client ${promClientVersion()}`,
  rows: [...(await callRows()), ...(await seriesRows())],
  notes: [
    `Calls: what a call costs beyond the bare function; medians of ${ROUNDS} interleaved rounds of ${CALLS} calls.`,
    'Ours also keeps throughput and the percentiles of the last 1,000 calls, which the wrapper around prom-client does not.',
    `Node ${process.version}, one process.`,
  ],
});
