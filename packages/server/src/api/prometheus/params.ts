import { type Expr, type Matcher, type Millis, parse, parseDuration } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import { ApiError, invalidParameter } from './errors.ts';

const MOST_POINTS = 11_000;
/** Each is a question to the store of its own. */
const MOST_SELECTORS = 500;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What Prometheus' own clients send for "from the beginning" and "to the end"; our store knows the years 1900 to 2299. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31);
const BOUNDS = new Map([
  ['-292273086-05-16T16:47:06Z', EARLIEST],
  ['292277025-08-18T07:12:54.999999999Z', LATEST],
]);

/** Go keeps durations as nanoseconds and times as milliseconds, both in 64 bits. */
const MOST_SECONDS = 2 ** 63 / 1e9;
const MOST_MS = 2 ** 63;

/**
 * The parameters of a request, from a form in the body and from the address: both count, and where there can be only one
 * value the form's does, as in Prometheus (net/http, Request.FormValue).
 */
export class Params {
  readonly #values: URLSearchParams;

  constructor(url: string, body: unknown) {
    const question = url.indexOf('?');
    this.#values = new URLSearchParams(typeof body === 'string' ? body : '');
    if (question < 0) return;
    for (const [name, value] of new URLSearchParams(url.slice(question + 1)))
      this.#values.append(name, value);
  }

  /** Undefined where it is empty too. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === null || value === '' ? undefined : value;
  }

  all(name: string): string[] {
    return this.#values.getAll(name);
  }

  set(name: string): ReadonlySet<string> {
    return new Set(this.#values.getAll(name));
  }

  /** The expression of `query`, as text and as a tree. */
  query(): { text: string; expr: Expr } {
    const text = this.text('query') ?? '';
    try {
      return { text, expr: parse(text) };
    } catch (error) {
      throw invalidParameter('query', messageOf(error));
    }
  }

  /** Unix seconds or RFC 3339, in milliseconds. */
  time(name: string, fallback: Millis): Millis {
    const value = this.text(name);
    return value === undefined ? fallback : instant(name, value);
  }

  /** Seconds, or a duration like 15s. */
  duration(name: string): Millis | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const seconds = number(value);
    if (seconds !== undefined) {
      if (Math.abs(seconds) < MOST_SECONDS) return Math.round(seconds * 1000);
      const what = `cannot parse "${value}" to a valid duration. It overflows int64`;
      throw invalidParameter(name, what);
    }
    try {
      return parseDuration(value);
    } catch {
      throw invalidParameter(name, `cannot parse "${value}" to a valid duration`);
    }
  }

  stepRange(): { start: Millis; end: Millis; step: Millis } {
    const start = instant('start', this.text('start') ?? '');
    const end = instant('end', this.text('end') ?? '');
    if (end < start) throw invalidParameter('end', 'end timestamp must not be before start time');
    const step = this.duration('step');
    if (step === undefined) throw invalidParameter('step', 'cannot parse "" to a valid duration');
    if (!(step > 0))
      throw invalidParameter(
        'step',
        'zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    if ((end - start) / step > MOST_POINTS)
      throw new ApiError(
        'bad_data',
        `exceeded maximum resolution of ${MOST_POINTS.toLocaleString('en')} points per timeseries. Try decreasing the query resolution (?step=XX)`,
      );
    return { start, end, step };
  }

  /** The times between which something was there; one that ends before it begins is empty. */
  timeRange(now: Millis): { from: Millis; to: Millis } {
    const within = (ms: Millis): Millis => Math.min(Math.max(ms, EARLIEST), LATEST);
    const to = within(this.time('end', now));
    // Prometheus answers for all it has; we for the last day unless asked, as older series are in ClickHouse.
    return { from: within(this.time('start', to - 86_400_000)), to };
  }

  /** How much of a list is wanted; 0: all. */
  limit(): number {
    const value = this.text('limit');
    if (value === undefined) return 0;
    const limit = Number(value);
    if (!/^[+-]?\d+$/.test(value) || !Number.isSafeInteger(limit))
      throw invalidParameter('limit', `"${value}" is not a number`);
    if (limit < 0) throw invalidParameter('limit', 'limit must be non-negative');
    return limit;
  }

  /** A number that means "all" where it is left out or negative, as in `metadata`. */
  count(name: string): number {
    const value = this.text(name);
    if (value === undefined) return Infinity;
    if (!/^[+-]?\d+$/.test(value)) throw new ApiError('bad_data', `${name} must be a number`);
    return Number(value) < 0 ? Infinity : Number(value);
  }

  /** In Go's spellings. */
  flag(name: string): boolean {
    const value = this.text(name);
    if (value === undefined || /^(0|f|F|false|False|FALSE)$/.test(value)) return false;
    if (/^(1|t|T|true|True|TRUE)$/.test(value)) return true;
    throw invalidParameter(name, `"${value}" is neither true nor false`);
  }

  /** The selectors of every `match[]`. @param unselective Whether every series may fit one. */
  matchers(unselective = false): Matcher[][] {
    const texts = this.all('match[]');
    if (texts.length > MOST_SELECTORS)
      throw invalidParameter(
        'match[]',
        `${texts.length} selectors are more than the limit of ${MOST_SELECTORS}`,
      );
    return texts.map((text) => selector('match[]', text, unselective));
  }
}

/**
 * The matchers of a series selector.
 * @param unselective Whether every series may fit it.
 * @throws ApiError when it is something else
 */
export function selector(name: string, text: string, unselective = false): Matcher[] {
  let expr: Expr;
  try {
    expr = parse(text, { unselective });
  } catch (error) {
    throw invalidParameter(name, messageOf(error));
  }
  if (expr.kind !== 'selector' || expr.offset !== undefined || expr.at !== undefined)
    throw invalidParameter(name, `"${text}" is not a series selector`);
  return [...expr.matchers];
}

/** A number that is written as one and is not beyond all numbers. */
function number(value: string): number | undefined {
  const parsed = NUMBER.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : undefined;
}

function instant(name: string, value: string): Millis {
  const ms = millis(value);
  if (ms === undefined || !(Math.abs(ms) < MOST_MS))
    throw invalidParameter(
      name,
      `cannot parse "${value}" to a valid timestamp; use Unix seconds or RFC 3339`,
    );
  return ms;
}

function millis(value: string): Millis | undefined {
  const seconds = number(value);
  // As Prometheus rounds: the whole seconds for themselves.
  if (seconds !== undefined) return Math.trunc(seconds) * 1000 + Math.round((seconds % 1) * 1000);
  return RFC3339.test(value) ? Date.parse(value) : BOUNDS.get(value);
}
