import {
  checkFeedback,
  checkPrediction,
  DEFAULT_EVENT_LIMITS,
  EventProblem,
  FEEDBACK_FIELDS,
  type Field,
  type Fields,
  PREDICTION_FIELDS,
} from '@bellwether/formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedbackSchema, predictionSchema } from './schema.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const context = { now: NOW, limits: DEFAULT_EVENT_LIMITS, surrogates: true };
/** How far a time may be from now is not the schema's to say. */
const AT_ANY_TIME = { ...DEFAULT_EVENT_LIMITS, aheadMs: Infinity, behindMs: Infinity };
const prediction = { type: 'prediction', id: 'a', time: '2026-11-23T11:00:00Z', model: 'm' };
const feedback = { type: 'feedback', time: NOW / 1000, model: 'm', prediction_id: 'a', label: 'x' };

/** What is said of a prediction with these changes; null when it is taken. */
function problem(changes: Record<string, unknown>): string | null {
  return problemOf(checkPrediction, { ...prediction, ...changes });
}

function problemOf(
  check: typeof checkPrediction | typeof checkFeedback,
  event: object,
  limits = context.limits,
) {
  try {
    check(event as Record<string, unknown>, { ...context, limits });
    return null;
  } catch (error) {
    if (!(error instanceof EventProblem)) throw error;
    return `${error.path} ${error.message}`.trim();
  }
}

describe('a prediction', () => {
  it('needs an id, a time and a model, and says why', () => {
    expect(problem({})).toBeNull();
    expect(problem({ id: null })).toBe(
      'id is missing: give each prediction an id of its own, so that a retry is not counted twice',
    );
    expect(problem({ time: null })).toContain('a retry cannot be told from a new event');
    expect(problem({ model: null })).toContain('model is missing');
  });

  it('may leave all else out, or say null', () => {
    const nulls = Object.keys(PREDICTION_FIELDS).filter(
      (name) => !PREDICTION_FIELDS[name]!.required,
    );
    expect(problem(Object.fromEntries(nulls.map((name) => [name, null])))).toBeNull();
  });

  it.each([
    [{ id: 17 }, 'id is 17, it must be a text: put it in quotes'],
    [{ id: '' }, 'id is empty: leave it out where it is not known'],
    [{ id: 'x'.repeat(257) }, 'id has 257 characters, at most 256 are taken: shorten it'],
    [{ confidence: '0.9' }, 'confidence is "0.9", it must be a number'],
    [{ confidence: 1.01 }, 'confidence is 1.01, it must be from 0 to 1'],
    [{ latency_ms: -1 }, 'latency_ms is -1, it must be at least 0'],
    [{ cost: Infinity }, 'cost is larger than a 64-bit float holds: leave it out or scale it'],
    [{ input_tokens: 1.5 }, 'input_tokens is 1.5: it must be whole'],
    [{ input_tokens: 2 ** 32 }, 'input_tokens is 4294967296, it must be from 0 to 4294967295'],
    [{ prediction: [] }, 'prediction is an array, it must be a text, a number, true or false'],
    [{ features: [1] }, 'features is an array, it must be an object of names and values'],
    [
      { features: { a: { b: 1 } } },
      'features.a is an object, it must be a number, a text, true, false or null',
    ],
    [
      { features: { 'a b': '\ud800' } },
      'features."a b" has half of a surrogate pair, which is not Unicode text',
    ],
    [{ features: { '': 1 } }, 'features."" has a name of 0 characters, it must have 1 to 256'],
    [{ labels: { a: 1 } }, 'labels.a is 1, it must be a text: put it in quotes'],
    [{ feature: {} }, 'feature is not known: is features meant?'],
    [{ prediction_id: 'a' }, 'prediction_id is not known: is prediction meant?'],
  ])('with %j is told: %s', (changes, said) => {
    expect(problem(changes)).toBe(said);
  });

  it('is not fooled by keys that objects have anyway', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const event = JSON.parse(`{${JSON.stringify(prediction).slice(1, -1)},"${key}":{"id":"b"}}`);
      expect(problemOf(checkPrediction, event)).toContain(
        `${key} is not known: known are type, id`,
      );
      event.features = JSON.parse(`{"${key}":1}`);
      delete event[key];
      expect(problemOf(checkPrediction, event)).toBe(null);
    }
  });

  it('has at most 256 features', () => {
    const features = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, i]));
    expect(problem({ features: features(256) })).toBeNull();
    expect(problem({ features: features(257) })).toBe(
      'features has more than 256 entries: send those worth watching',
    );
  });

  it('is at most an hour ahead and as old as what is kept', () => {
    const seconds = NOW / 1000;
    expect(problem({ time: seconds + 3600 })).toBeNull();
    expect(problem({ time: seconds + 3601 })).toContain(
      "more than 3600 s ahead of our clock: check the sender's clock",
    );
    expect(problem({ time: NOW })).toContain('is it milliseconds?');
    expect(problem({ time: seconds - 30 * 86_400 })).toBeNull();
    expect(problem({ time: seconds - 30 * 86_400 - 1 })).toContain(
      '(30 days): raise storage.retention_events',
    );
    expect(problem({ time: '2026-11-23' })).toContain('it must be like "2026-01-31T12:00:00.000Z"');
  });
});

describe('feedback', () => {
  it('needs the id of its prediction and says at least one thing', () => {
    expect(problemOf(checkFeedback, { ...feedback })).toBeNull();
    expect(problemOf(checkFeedback, { ...feedback, label: null })).toBe(
      'says nothing: give label, rating, comment or several of them',
    );
    expect(problemOf(checkFeedback, { ...feedback, prediction_id: null })).toContain(
      'prediction_id is missing',
    );
  });
});

/** Values for a field: right ones, those at its edges, and any. Of an entry `__proto__` zod looks at nothing, so none is made. */
function anyOf(field: Field): fc.Arbitrary<unknown> {
  const texts = fc.oneof(
    { weight: 4, arbitrary: fc.string({ maxLength: 8 }) },
    fc.string({ maxLength: 4, unit: 'binary' }),
    fc.constantFrom('', '\ud800', '\udc00x', '😀', '\0'),
    fc.constantFrom(255, 256, 257, 1024, 1025, 4097, 32_768, 32_769).map((n) => 'x'.repeat(n)),
  );
  const numbers = fc.oneof(
    { weight: 2, arbitrary: fc.double({ min: 0, max: 1 }) },
    { weight: 2, arbitrary: fc.nat() },
    fc.double(),
    fc.constantFrom(0, -0, 1, 1.5, -1, 2 ** 32 - 1, 2 ** 32, Number.MAX_VALUE),
  );
  const scalars = fc.oneof(texts, numbers, fc.boolean(), fc.constant(null));
  const times = fc.constantFrom('2026-11-23T11:00:00Z', NOW / 1000, '2026-11-23', 'now');
  const maps = fc.oneof(
    fc.dictionary(texts, scalars, { maxKeys: 3 }),
    fc
      .constantFrom(64, 65, 256, 257)
      .map((n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, 'v']))),
  );
  const any = fc.oneof(scalars, maps, fc.array(scalars, { maxLength: 2 }), times);
  const right = { time: times, features: maps, labels: maps, number: numbers, count: numbers };
  const typical = field.kind in right ? right[field.kind as keyof typeof right] : texts;
  return fc.oneof({ weight: 5, arbitrary: typical }, { weight: 1, arbitrary: any });
}

function events(base: object, fields: Fields): fc.Arbitrary<Record<string, unknown>> {
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, anyOf(field)]),
  );
  const changes = fc
    .subarray(Object.keys(values), { maxLength: 2 })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, values[name]!]))));
  const unknown = fc.nat(20).map((n) => (n === 0 ? { other: 1 } : {}));
  return fc.tuple(changes, unknown).map(([some, more]) => ({ ...base, ...some, ...more }));
}

describe('the check of the hot path and the schema of the document', () => {
  it.each([
    ['prediction', checkPrediction, predictionSchema, prediction, PREDICTION_FIELDS],
    ['feedback', checkFeedback, feedbackSchema, feedback, FEEDBACK_FIELDS],
  ] as const)('judge every %s alike', { timeout: 60_000 }, (_, check, schema, base, fields) => {
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(events(base, fields), (event) => {
        const bySchema = schema.safeParse(event).success;
        const said = problemOf(check, { ...event }, AT_ANY_TIME);
        if (bySchema) taken++;
        else refused++;
        if (bySchema !== (said === null))
          throw new Error(`the schema says ${bySchema}, the check: ${said}`);
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(200);
  });
});
