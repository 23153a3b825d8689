import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_LANGUAGE_FEATURES,
  arraySource,
  Engine,
  type MatrixSeries,
  PromQLError,
  type SeriesColumns,
} from '../src/index.ts';
import { vectorExpr } from './arbitrary-expr.ts';
import { randomSeries, SPAN_MS } from './random-series.ts';

const FUZZ_RUNS = Number(
  (globalThis as unknown as { process: { env: Record<string, string | undefined> } }).process.env[
    'FUZZ_RUNS'
  ] ?? 1_500,
);

const features = { ...ALL_LANGUAGE_FEATURES, delayedNameRemoval: true };
const engine = new Engine({ features });
/** `startTimes` of unknown starts change nothing, but make the engine take its careful way. */
const careful = new Engine({ features: { ...features, startTimestamps: true } });

type Points = Map<string, Map<number, number>>;

function pointsOf(series: readonly MatrixSeries[]): Points {
  return new Map(
    series.map((one) => [
      JSON.stringify(Object.entries(one.labels).sort()),
      new Map([...one.times].map((time, i) => [time, one.values[i]!])),
    ]),
  );
}

async function range(
  series: readonly SeriesColumns[],
  query: string,
  start: number,
  end: number,
  step: number,
  by = engine,
): Promise<Points | string> {
  try {
    const { value } = await by.range(arraySource(series), query, { start, end, step });
    return value.type === 'matrix' ? pointsOf(value.series) : 'not a matrix';
  } catch (error) {
    if (error instanceof PromQLError) return error.message;
    throw error;
  }
}

function close(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) + 1e-9;
}

/** Every point of one is in the other, with nearly the same value. */
function same(a: Points, b: Points): boolean {
  const points = (all: Points): number => [...all.values()].reduce((n, one) => n + one.size, 0);
  if (points(a) !== points(b)) return false;
  for (const [labels, values] of a) {
    for (const [time, value] of values) {
      const other = b.get(labels)?.get(time);
      if (other === undefined || !close(value, other)) return false;
    }
  }
  return true;
}

/** Functions whose last digits depend on which windows were computed together. */
const ROUNDED = /avg_over_time|sum_over_time|stddev_over_time|deriv/;
/** Aggregations whose last digits depend on the order of what they add. */
const SUMMED = /sum|avg|stddev|stdvar/;
/** What makes more of a difference in the last digit than a difference in the last digit. */
const DECIDES =
  /==|!=|>|<|%|\^|count_values|ceil|floor|sgn|exp|changes|resets|topk|bottomk|ts_of|histogram_quantile|mad_|hour/;

describe('a range query', () => {
  it('gives at each step what an instant query gives there', async () => {
    await fc.assert(
      fc.asyncProperty(randomSeries, vectorExpr, async (series, text) => {
        // start() and end() are other times in an instant query.
        const query = text.replace(/ @ (?:start|end)\(\)/g, '');
        fc.pre(!query.includes('sort_by_label'));
        const [start, end, step] = [300_000, 900_000, 150_000];
        const whole = await range(series, query, start, end, step);
        const union: Points = new Map();
        for (let at = start; at <= end; at += step) {
          const one = await range(series, query, at, at, 1);
          if (typeof one === 'string') {
            expect(typeof whole).toBe('string');
            return;
          }
          for (const [labels, values] of one)
            union.set(labels, new Map([...(union.get(labels) ?? []), ...values]));
        }
        if (typeof whole === 'string' || (ROUNDED.test(query) && DECIDES.test(query))) return;
        expect([query, same(whole, union)]).toEqual([query, true]);
      }),
      { numRuns: 400 },
    );
  });

  it('may be split at any step without changing anything', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomSeries,
        vectorExpr,
        fc.integer({ min: 1, max: 9 }),
        async (series, text, cut) => {
          const query = text.replace(/ @ (?:start|end)\(\)/g, '');
          const step = 60_000;
          const whole = await range(series, query, 300_000, 300_000 + 9 * step, step);
          const left = await range(series, query, 300_000, 300_000 + (cut - 1) * step, step);
          const right = await range(series, query, 300_000 + cut * step, 300_000 + 9 * step, step);
          if (typeof whole === 'string') return;
          if (typeof left === 'string' || typeof right === 'string') return;
          if (ROUNDED.test(query) && DECIDES.test(query)) return;
          const joined: Points = new Map(left);
          for (const [labels, values] of right)
            joined.set(labels, new Map([...(joined.get(labels) ?? []), ...values]));
          expect([query, same(whole, joined)]).toEqual([query, true]);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('does not depend on the order of series', async () => {
    await fc.assert(
      fc.asyncProperty(randomSeries, vectorExpr, async (series, query) => {
        const forwards = await range(series, query, 300_000, SPAN_MS, 120_000);
        const backwards = await range(series.toReversed(), query, 300_000, SPAN_MS, 120_000);
        expect(typeof forwards).toBe(typeof backwards);
        if (typeof forwards === 'string' || typeof backwards === 'string') return;
        if ((ROUNDED.test(query) || SUMMED.test(query)) && DECIDES.test(query)) return;
        expect([query, same(forwards, backwards)]).toEqual([query, true]);
      }),
      { numRuns: 400 },
    );
  });
});

describe('the fast and the careful way', () => {
  const finite = fc
    .array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 200 })
    .map((values) => ({
      labels: { __name__: 'a_total' },
      times: Float64Array.from(values, (_, i) => i * 10_000),
      values: Float64Array.from(values),
      startTimes: new Float64Array(values.length),
    }));

  it.each([
    'rate',
    'increase',
    'delta',
    'irate',
    'idelta',
    'changes',
    'resets',
    'deriv',
    'avg_over_time',
    'sum_over_time',
    'min_over_time',
    'max_over_time',
    'stddev_over_time',
    'stdvar_over_time',
    'mad_over_time',
    'count_over_time',
    'first_over_time',
    'last_over_time',
    'present_over_time',
    'ts_of_first_over_time',
    'ts_of_last_over_time',
    'ts_of_max_over_time',
    'ts_of_min_over_time',
  ])('agree about %s, with windows that overlap much and little', async (func) => {
    await fc.assert(
      fc.asyncProperty(
        finite,
        fc.constantFrom('15s', '1m', '10m'),
        fc.constantFrom(5_000, 60_000),
        async (series, length, step) => {
          const query = `${func}(a_total[${length}])`;
          const fast = await range([series], query, 0, 2_000_000, step);
          const slow = await range([series], query, 0, 2_000_000, step, careful);
          if (typeof fast === 'string' || typeof slow === 'string') throw new Error('failed');
          expect(same(fast, slow)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(['quantile_over_time(0.3, a_total[5m])', 'predict_linear(a_total[5m], 60)'])(
    'agree about %s',
    async (query) => {
      await fc.assert(
        fc.asyncProperty(finite, async (series) => {
          const fast = await range([series], query, 0, 2_000_000, 5_000);
          const slow = await range([series], query, 0, 2_000_000, 5_000, careful);
          if (typeof fast === 'string' || typeof slow === 'string') throw new Error('failed');
          expect(same(fast, slow)).toBe(true);
        }),
        { numRuns: 60 },
      );
    },
  );
});

describe('random expressions', () => {
  it(`neither crash nor hang the engine (${FUZZ_RUNS} of them)`, async () => {
    const limited = new Engine({ features, limits: { timeoutMs: 5_000 } });
    await fc.assert(
      fc.asyncProperty(randomSeries, vectorExpr, async (series, query) => {
        const outcome = await range(series, query, 0, SPAN_MS, 97_000, limited);
        // Any error is one of ours, and none is for lack of time.
        expect(outcome).not.toContain?.('timed out');
      }),
      { numRuns: FUZZ_RUNS },
    );
  }, 3_600_000);

  it('of any characters neither crash nor hang the parser', async () => {
    const characters = fc.string({
      unit: fc.constantFrom(
        ...'ab_1.5m[]{}()"\'`\\=~!<>+-*/^%,:@ #\n',
        'sum',
        'by',
        'rate',
        'offset',
        'é',
        '\ud800',
      ),
    });
    await fc.assert(
      fc.asyncProperty(characters, async (text) => {
        await range([], text, 0, 1, 1);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
