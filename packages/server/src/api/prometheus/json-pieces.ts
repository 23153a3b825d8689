import { Readable } from 'node:stream';
import { Slices } from '@bellwether/promql';

/** Pieces have about this many characters. */
const PIECE_LENGTH = 128 * 1024;
/** Lists and objects are taken apart to this depth: `{data: {groups: [{rules: [{alerts: [alert]}]}]}}`. */
const DEPTH = 8;
/** Of an entry that is written as a whole. */
const ENTRY_WORK = 32;

/** A list of which each entry is made when it is written: of many, only few are there at the same time. */
export class Rows<T> {
  constructor(
    readonly items: Iterable<T>,
    readonly render: (item: T) => unknown,
  ) {}
}

/**
 * A value as JSON, in pieces to be written one after the other; others run in between. Maps are written as objects,
 * {@link Rows} as lists.
 */
export async function* jsonPieces(value: unknown): AsyncGenerator<string> {
  const slices = new Slices();
  let text = '';
  for (const part of partsOf(value, DEPTH)) {
    text += part;
    if (text.length >= PIECE_LENGTH) {
      yield text;
      text = '';
    }
    if (slices.dueAfter(ENTRY_WORK + part.length / 8)) await slices.pause();
  }
  if (text !== '') yield text;
}

/** A value as the body of an answer: as one text where it is short, so that its length is known. */
export async function jsonBody(value: unknown): Promise<string | Readable> {
  const pieces = jsonPieces(value);
  const [first, second] = [await pieces.next(), await pieces.next()];
  if (second.done === true) return first.value ?? '';
  return Readable.from(following([first.value!, second.value], pieces), { objectMode: false });
}

async function* following(
  begun: readonly string[],
  rest: AsyncGenerator<string>,
): AsyncGenerator<string> {
  yield* begun;
  yield* rest;
}

function* partsOf(value: unknown, depth: number): Generator<string> {
  if (value instanceof Rows) yield* list(rendered(value), depth);
  else if (depth === 0 || typeof value !== 'object' || value === null) yield JSON.stringify(value);
  else if (Array.isArray(value)) yield* list(value, depth);
  else if (value instanceof Map) yield* members(value, depth);
  else if (Object.getPrototypeOf(value) === Object.prototype) yield* object(value, depth);
  else yield JSON.stringify(value);
}

function* rendered<T>({ items, render }: Rows<T>): Generator<unknown> {
  for (const item of items) yield render(item);
}

function* list(items: Iterable<unknown>, depth: number): Generator<string> {
  yield '[';
  let first = true;
  for (const item of items) {
    if (!first) yield ',';
    first = false;
    yield* partsOf(item === undefined ? null : item, depth - 1);
  }
  yield ']';
}

/** Small objects, as nearly all are, are written as a whole. */
function* object(value: object, depth: number): Generator<string> {
  const entries = Object.entries(value);
  const flat = entries.every(([, member]) => typeof member !== 'object' || member === null);
  if (flat) yield JSON.stringify(value);
  else yield* members(entries, depth);
}

function* members(entries: Iterable<readonly [string, unknown]>, depth: number): Generator<string> {
  yield '{';
  let first = true;
  for (const [name, member] of entries) {
    if (member === undefined) continue;
    yield `${first ? '' : ','}${JSON.stringify(name)}:`;
    first = false;
    yield* partsOf(member, depth - 1);
  }
  yield '}';
}
