import { RequestError } from '../bytes/request-error.ts';
import type { Steps } from '../bytes/steps.ts';
import { decodeUtf8 } from '../bytes/text.ts';
import { type CheckContext, checkFeedback, checkPrediction, EventProblem } from './check.ts';
import type { EventCollector } from './event.ts';
import type { EventLimits } from './limits.ts';

/** An event that was not taken, in terms that a program and a person can act on. */
interface RefusedEvent {
  /** Its place among the events of the body, from 0. */
  readonly index: number;
  /** Its line, from 1, where the body is NDJSON. */
  readonly line?: number;
  /** Its own id, where it has one. */
  readonly id?: string;
  /** The key that is wrong, like `features.text_length`; empty for the event as a whole. */
  readonly path: string;
  readonly message: string;
}

/** What became of the events of a body. */
export interface ReadEvents {
  readonly predictions: number;
  readonly feedback: number;
  /** How many events are wrong; the first of them are in `errors`. */
  readonly refused: number;
  readonly errors: readonly RefusedEvent[];
}

export type EventFormat = 'json' | 'ndjson';

const ERRORS_TOLD = 100;
const EVENTS_A_STEP = 200;
const BYTES_A_STEP = 1 << 18;

/**
 * Reads a body of events, checks each and hands on what is right. A generator, so that who runs it can do something else
 * between its steps. An event is handed on before the next is read: nothing of a long body is kept.
 * @throws RequestError 400 when the body cannot be read at all, 413 when it has too many events
 */
export function* readEvents(
  body: Uint8Array,
  format: EventFormat,
  options: Pick<CheckContext, 'now' | 'limits'> & { readonly into: EventCollector },
): Steps<ReadEvents> {
  const { text, valid } = decodeUtf8(body);
  const { into, now, limits } = options;
  const context = { now, limits, surrogates: text.includes('\\u') };
  const reader = new EventReader(context, into);
  if (format === 'ndjson') yield* readLines(text, valid, reader, limits);
  else yield* readArray(text, valid, reader, limits);
  return reader;
}

class EventReader implements ReadEvents {
  predictions = 0;
  feedback = 0;
  readonly errors: RefusedEvent[] = [];
  refused = 0;
  /** Events seen. */
  count = 0;
  readonly #context: CheckContext;
  readonly #into: EventCollector;

  constructor(context: CheckContext, into: EventCollector) {
    this.#context = context;
    this.#into = into;
  }

  take(event: unknown, line?: number): void {
    try {
      if (!isObject(event)) throw new EventProblem('', 'is not a JSON object');
      const type = event['type'];
      if (type === 'prediction') {
        this.#into.prediction(checkPrediction(event, this.#context));
        this.predictions++;
      } else if (type === 'feedback') {
        this.#into.feedback(checkFeedback(event, this.#context));
        this.feedback++;
      } else
        throw new EventProblem(
          'type',
          type === undefined
            ? 'is missing: it must be "prediction" or "feedback"'
            : 'must be "prediction" or "feedback"',
        );
      this.count++;
    } catch (error) {
      if (!(error instanceof EventProblem)) throw error;
      this.refuse(error, event, line);
    }
  }

  refuse({ path, message }: EventProblem, event: unknown, line?: number): void {
    const index = this.count++;
    this.refused++;
    if (this.errors.length >= ERRORS_TOLD) return;
    const id = isObject(event) ? event['id'] : undefined;
    const known = typeof id === 'string' && id.length <= 256 ? { id } : {};
    this.errors.push({ index, ...(line === undefined ? {} : { line }), ...known, path, message });
  }
}

function* readArray(
  text: string,
  valid: boolean,
  reader: EventReader,
  limits: EventLimits,
): Steps<void> {
  if (!valid) throw new RequestError(400, `the body ${NOT_UTF8}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RequestError(400, `the body is not JSON: ${jsonProblem(error, text)}`);
  }
  yield;
  const events = eventsOf(value);
  if (events.length > limits.events) throw tooManyEvents(limits);
  for (let i = 0; i < events.length; i++) {
    reader.take(events[i]);
    if (i % EVENTS_A_STEP === EVENTS_A_STEP - 1) yield;
  }
}

/** One event, a list of them, or an object that has nothing but a list called `events`. */
function eventsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value))
    throw new RequestError(
      400,
      'the body must be an event, an array of events, or {"events": […]}',
    );
  const { events, ...others } = value;
  if (events === undefined) return [value];
  if (!Array.isArray(events)) throw new RequestError(400, '"events" must be an array of events');
  const other = Object.keys(others)[0];
  if (other !== undefined)
    throw new RequestError(
      400,
      `beside "events" there is ${JSON.stringify(other.slice(0, 80))}, which is not known`,
    );
  return events;
}

function* readLines(
  text: string,
  valid: boolean,
  reader: EventReader,
  limits: EventLimits,
): Steps<void> {
  let line = 0;
  let rested = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(start, end);
    line++;
    start = end + 1;
    if (content.trim() === '') continue;
    if (reader.count >= limits.events) throw tooManyEvents(limits);
    readLine(content, line, valid, reader);
    if (start - rested > BYTES_A_STEP) {
      rested = start;
      yield;
    }
  }
}

function readLine(content: string, line: number, valid: boolean, reader: EventReader): void {
  // What cannot be decoded has become U+FFFD, which nobody sends on purpose in a body that is not valid.
  if (!valid && content.includes('\ufffd')) {
    reader.refuse(new EventProblem('', NOT_UTF8), undefined, line);
    return;
  }
  let event: unknown;
  try {
    event = JSON.parse(content);
  } catch (error) {
    const problem = new EventProblem('', `is not JSON: ${jsonProblem(error, content)}`);
    reader.refuse(problem, undefined, line);
    return;
  }
  reader.take(event, line);
}

const NOT_UTF8 = 'is not valid UTF-8: encode the text as UTF-8';

function jsonProblem(error: unknown, text: string): string {
  const hint = /[:[,]\s*-?(NaN|Infinity)\b/.test(text)
    ? '; NaN and Infinity are no JSON: send null, or leave it out'
    : '';
  return `${(error as Error).message.slice(0, 200)}${hint}`;
}

function tooManyEvents({ events }: EventLimits): RequestError {
  return new RequestError(413, `more than ${events} events in one request: send fewer at a time`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
