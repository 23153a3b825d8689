import { type Matcher, type Millis, parse, parseDuration } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import { ApiError } from './errors.ts';

const MOST_POINTS = 11_000;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** The parameters of a request, from the address and from a form in the body: both count, as in Prometheus. */
export class Params {
  readonly #values: URLSearchParams;

  constructor(url: string, body: unknown) {
    const question = url.indexOf('?');
    this.#values = new URLSearchParams(question < 0 ? '' : url.slice(question + 1));
    if (typeof body === 'string')
      for (const [name, value] of new URLSearchParams(body)) this.#values.append(name, value);
  }

  text(name: string): string | undefined {
    return this.#values.get(name) ?? undefined;
  }

  all(name: string): string[] {
    return this.#values.getAll(name);
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw invalid(name, 'is missing');
    return value;
  }

  /** Unix seconds or RFC 3339, in milliseconds. */
  time(name: string, fallback: Millis): Millis {
    const value = this.text(name);
    if (value === undefined || value === '') return fallback;
    if (NUMBER.test(value)) return Math.round(Number(value) * 1000);
    const ms = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(ms))
      throw invalid(
        name,
        `cannot parse "${value}" to a valid timestamp; use Unix seconds or RFC 3339`,
      );
    return ms;
  }

  /** Seconds, or a duration like 15s. */
  duration(name: string, value: string): Millis {
    if (NUMBER.test(value)) return Math.round(Number(value) * 1000);
    try {
      return parseDuration(value);
    } catch (error) {
      throw invalid(name, messageOf(error));
    }
  }

  stepRange(): { start: Millis; end: Millis; step: Millis } {
    this.required('start');
    this.required('end');
    const start = this.time('start', 0);
    const end = this.time('end', 0);
    if (end < start) throw invalid('end', 'end timestamp must not be before start time');
    const step = this.duration('step', this.required('step'));
    if (!(step > 0))
      throw invalid(
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

  limit(): number {
    const value = this.text('limit');
    if (value === undefined || value === '') return 0;
    if (!/^\d+$/.test(value)) throw invalid('limit', 'must be a non-negative number');
    return Number(value);
  }

  /** The selectors of every `match[]`. */
  matchers(): Matcher[][] {
    return this.all('match[]').map((text) => {
      let expr: ReturnType<typeof parse>;
      try {
        expr = parse(text);
      } catch (error) {
        throw invalid('match[]', messageOf(error));
      }
      if (expr.kind !== 'selector') throw invalid('match[]', `"${text}" is not a series selector`);
      return [...expr.matchers];
    });
  }
}

function invalid(name: string, what: string): ApiError {
  return new ApiError('bad_data', `invalid parameter "${name}": ${what}`);
}
