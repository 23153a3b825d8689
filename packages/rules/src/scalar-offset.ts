import { Scalar } from 'yaml';

/**
 * Where a character of a scalar's value stands in the YAML source it was read from, through
 * indentation, folding, quotes and escapes. An offset in the value goes in, one in the source
 * comes out.
 *
 * What YAML may add, drop or change on the way is blank; everything else keeps its order. So the
 * nth character that is not blank in the value is the nth in the source.
 */
export function scalarOffset(scalar: Scalar, source: string, valueOffset: number): number {
  const value = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
  const before = value.slice(0, valueOffset);
  const count = before.length - (before.match(/\s/g)?.length ?? 0);
  const places = visiblePlaces(scalar, source);
  const isVisible = valueOffset < value.length && /\S/.test(value[valueOffset]!);
  const [start = 0, end = start] = scalar.range ?? [];
  if (isVisible) return places[count] ?? end;
  // Of a blank, and of the end: as far behind the last visible character as in the value.
  const last = places[count - 1];
  if (last === undefined) return places[0] ?? start;
  const blanks = before.length - before.trimEnd().length;
  return Math.min(last + 1 + blanks, Math.max(end, last + 1));
}

/** Offsets in the source of all characters of a scalar that are not blank. */
function visiblePlaces(scalar: Scalar, source: string): number[] {
  const [start = 0, end = start] = scalar.range ?? [];
  switch (scalar.type) {
    case Scalar.BLOCK_LITERAL:
    case Scalar.BLOCK_FOLDED: {
      const header = source.indexOf('\n', start);
      return header < 0 ? [] : plainPlaces(source, header, end);
    }
    case Scalar.QUOTE_DOUBLE:
      return doubleQuotedPlaces(source, start + 1, end - 1);
    case Scalar.QUOTE_SINGLE:
      // A quote inside is written twice.
      return plainPlaces(source, start + 1, end - 1).filter(
        (at, i, all) => source[at] !== "'" || !isSecondQuote(source, at, all, i),
      );
    default:
      return plainPlaces(source, start, end);
  }
}

function plainPlaces(source: string, from: number, to: number): number[] {
  const places: number[] = [];
  for (let at = from; at < to; at += 1) if (/\S/.test(source[at]!)) places.push(at);
  return places;
}

/** Is this the second quote of a pair: an odd number of quotes stand right before it? */
function isSecondQuote(source: string, at: number, places: readonly number[], i: number): boolean {
  let before = 0;
  while (
    i - before > 0 &&
    places[i - before - 1] === at - before - 1 &&
    source[at - before - 1] === "'"
  ) {
    before += 1;
  }
  return before % 2 === 1;
}

const escapes = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\r?\n|(.))/sy;

function doubleQuotedPlaces(source: string, from: number, to: number): number[] {
  const places: number[] = [];
  for (let at = from; at < to; ) {
    escapes.lastIndex = at;
    const match = escapes.exec(source);
    if (match === null) {
      if (/\S/.test(source[at]!)) places.push(at);
      at += 1;
      continue;
    }
    const [whole, short, long, wide, letter] = match;
    const code = short ?? long ?? wide;
    const char = code === undefined ? undefined : String.fromCodePoint(Number.parseInt(code, 16));
    const isBlank =
      char === undefined ? letter === undefined || /[ntrvfLP_ \t]/.test(letter) : /\s/.test(char);
    // A character beyond 16 bits counts as two, as in the value.
    if (!isBlank) for (let unit = 0; unit < (char?.length ?? 1); unit += 1) places.push(at);
    at += whole.length;
  }
  return places;
}
