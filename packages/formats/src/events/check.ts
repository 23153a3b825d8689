import type { Millis } from '@bellwether/promql';
import type { Feedback, Prediction } from './event.ts';
import {
  FEEDBACK_FIELDS,
  FEEDBACK_SAYS,
  type Field,
  type Fields,
  MOST_COUNT,
  NAME_LENGTH,
  PREDICTION_FIELDS,
} from './fields.ts';
import type { EventLimits } from './limits.ts';
import { parseTime } from './time.ts';

/** What is wrong with one event, at which of its keys, and what to do. */
export class EventProblem extends Error {
  /** Like `features.text_length`; empty where the event as a whole is meant. */
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.name = 'EventProblem';
    this.path = path;
  }
}

export interface CheckContext {
  readonly now: Millis;
  readonly limits: EventLimits;
  /** Whether texts may hold half of a surrogate pair: JSON can escape one, UTF-8 cannot hold it. */
  readonly surrogates: boolean;
}

type Json = Record<string, unknown>;
type Check = (value: unknown, path: string, context: CheckContext) => void;

const NUMBERS: Readonly<Record<string, true>> = { boolean: true, number: true };

const checkPredictionFields = checkOf(PREDICTION_FIELDS);
const checkFeedbackFields = checkOf(FEEDBACK_FIELDS);

/**
 * Checks a prediction in place: afterwards its `time` is in milliseconds and all else is as it came. By hand, as a
 * schema's check takes longer than all the rest of an event's way.
 * @throws EventProblem
 */
export function checkPrediction(event: Json, context: CheckContext): Prediction {
  checkPredictionFields(event, context);
  return event as unknown as Prediction;
}

/** As `checkPrediction`. @throws EventProblem */
export function checkFeedback(event: Json, context: CheckContext): Feedback {
  checkFeedbackFields(event, context);
  for (const key of FEEDBACK_SAYS)
    if (event[key] !== undefined && event[key] !== null) return event as unknown as Feedback;
  throw new EventProblem('', `says nothing: give ${FEEDBACK_SAYS.join(', ')} or several of them`);
}

function checkOf(fields: Fields): (event: Json, context: CheckContext) => void {
  const checks = new Map(
    Object.entries(fields).map(([name, field]) => [name, checkOfField(field)]),
  );
  const required = Object.keys(fields).filter((name) => fields[name]!.required);
  return (event, context) => {
    for (const name in event) {
      const value = event[name];
      const check = checks.get(name);
      if (check === undefined) {
        if (name === 'type') continue;
        throw new EventProblem(pathTo('', name), `is not known: ${suggestion(name, fields)}`);
      }
      if (value !== null) check(value, name, context);
    }
    for (const name of required)
      if (event[name] === undefined || event[name] === null)
        throw new EventProblem(name, `is missing: ${MISSING[name] ?? 'it is needed'}`);
    event['time'] = checkTime(event['time'], context);
  };
}

const MISSING: Readonly<Record<string, string>> = {
  id: 'give each prediction an id of its own, so that a retry is not counted twice',
  time: 'say when it happened, like "2026-01-31T12:00:00Z"; without it a retry cannot be told from a new event',
  model: 'name the model, as in the label model_name of its metrics',
  prediction_id: 'give the id of the prediction it is about',
};

function checkOfField(field: Field): Check {
  switch (field.kind) {
    case 'text':
      return (value, path, context) => checkText(value, path, field.most, context);
    case 'time':
      return () => undefined; // last of all, as it is replaced
    case 'number':
      return (value, path) => checkNumber(value, path, field.least, field.most);
    case 'count':
      return (value, path) => {
        checkNumber(value, path, 0, MOST_COUNT);
        if (!Number.isInteger(value))
          throw new EventProblem(path, `is ${shown(value)}: it must be whole`);
      };
    case 'outcome':
      return (value, path, context) => {
        if (typeof value === 'boolean') return;
        if (typeof value === 'number') checkNumber(value, path);
        else checkText(value, path, field.most, context, 'a text, a number, true or false');
      };
    case 'features':
      return (value, path, context) =>
        checkEntries(value, path, field.entries, context, (feature, name) => {
          if (feature === null || typeof feature === 'boolean') return;
          if (typeof feature === 'number' && Number.isFinite(feature)) return;
          if (isText(feature, field.most, context)) return;
          const at = pathTo(path, name);
          if (typeof feature === 'number') checkNumber(feature, at);
          else checkText(feature, at, field.most, context, 'a number, a text, true, false or null');
        });
    case 'labels':
      return (value, path, context) =>
        checkEntries(value, path, field.entries, context, (label, name) => {
          if (!isText(label, field.most, context))
            checkText(label, pathTo(path, name), field.most, context);
        });
  }
}

/** The quick way to a yes. Here a text may be empty. */
function isText(value: unknown, most: number, context: CheckContext): boolean {
  if (typeof value !== 'string') return false;
  return value === '' || (value.length <= most && !context.surrogates);
}

function checkText(
  value: unknown,
  path: string,
  most: number,
  context: CheckContext,
  wanted = 'a text',
): void {
  if (typeof value !== 'string') {
    const remedy = NUMBERS[typeof value] ? ': put it in quotes' : '';
    throw new EventProblem(path, `is ${shown(value)}, it must be ${wanted}${remedy}`);
  }
  if (value === '') throw new EventProblem(path, 'is empty: leave it out where it is not known');
  if (value.length > most)
    throw new EventProblem(
      path,
      `has ${value.length} characters, at most ${most} are taken: shorten it`,
    );
  if (context.surrogates && /\p{Surrogate}/u.test(value))
    throw new EventProblem(path, 'has half of a surrogate pair, which is not Unicode text');
}

function checkNumber(value: unknown, path: string, least = -Infinity, most = Infinity): void {
  if (typeof value !== 'number')
    throw new EventProblem(path, `is ${shown(value)}, it must be a number`);
  if (!Number.isFinite(value))
    throw new EventProblem(path, 'is larger than a 64-bit float holds: leave it out or scale it');
  if (value < least || value > most) {
    const range = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
    throw new EventProblem(path, `is ${value}, it must be ${range}`);
  }
}

function checkEntries(
  value: unknown,
  path: string,
  most: number,
  context: CheckContext,
  check: (entry: unknown, name: string) => void,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new EventProblem(path, `is ${shown(value)}, it must be an object of names and values`);
  let entries = 0;
  for (const name in value) {
    if (++entries > most)
      throw new EventProblem(path, `has more than ${most} entries: send those worth watching`);
    if (name === '' || name.length > NAME_LENGTH)
      throw new EventProblem(
        pathTo(path, name.slice(0, 40)),
        `has a name of ${name.length} characters, it must have 1 to ${NAME_LENGTH}`,
      );
    if (context.surrogates && /\p{Surrogate}/u.test(name))
      throw new EventProblem(
        path,
        'has a name with half of a surrogate pair, which is not Unicode text',
      );
    check((value as Json)[name], name);
  }
}

function checkTime(value: unknown, { now, limits }: CheckContext): Millis {
  const time = parseTime(value);
  if (!Number.isFinite(time))
    throw new EventProblem(
      'time',
      `is ${shown(value)}, it must be like "2026-01-31T12:00:00.000Z" or "2026-01-31T12:00:00+01:00", or Unix seconds`,
    );
  if (time > now + limits.aheadMs) {
    const remedy =
      typeof value === 'number' && value > 1e11
        ? 'is it milliseconds? Unix time is taken in seconds'
        : "check the sender's clock";
    throw new EventProblem(
      'time',
      `is ${shown(value)}, more than ${limits.aheadMs / 1000} s ahead of our clock: ${remedy}`,
    );
  }
  if (time < now - limits.behindMs)
    throw new EventProblem(
      'time',
      `is ${shown(value)}, longer ago than events are kept (${limits.behindMs / 86_400_000} days): raise storage.retention_events to take it`,
    );
  return time;
}

function suggestion(name: string, fields: Fields): string {
  const like = Object.keys(fields).find(
    (known) => known.startsWith(name) || name.startsWith(known),
  );
  return like === undefined
    ? `known are type, ${Object.keys(fields).join(', ')}; all else goes into labels or features`
    : `is ${like} meant?`;
}

function pathTo(parent: string, name: string): string {
  const short = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  const plain = /^\w+$/.test(short) ? short : JSON.stringify(short);
  return parent === '' ? plain : `${parent}.${plain}`;
}

/** A value for a message: short, whatever it is. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
