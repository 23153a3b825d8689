import { Scalar } from 'yaml';

/**
 * Where a character of a scalar's value stands in the YAML source it was read from, through
 * indentation, quotes and escapes. An offset in the value goes in, one in the source comes out.
 */
export function scalarOffset(scalar: Scalar, source: string, valueOffset: number): number {
  const [start = 0, end = start] = scalar.range ?? [];
  const value = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
  const target = Math.min(valueOffset, value.length);
  if (scalar.type === Scalar.BLOCK_LITERAL || scalar.type === Scalar.BLOCK_FOLDED) {
    return Math.min(walkBlock(source, start, value, target), end);
  }
  if (scalar.type === Scalar.QUOTE_DOUBLE || scalar.type === Scalar.QUOTE_SINGLE) {
    return Math.min(walkQuoted(source, start, target), end);
  }
  return Math.min(walkFlow(source, start, value, target), end);
}

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t';

/** A block scalar: a header line, then lines that all carry the indentation of the first. */
function walkBlock(source: string, start: number, value: string, target: number): number {
  let at = source.indexOf('\n', start) + 1;
  let first = at;
  while (source[first] === '\n' || source[first] === '\r' || source[first] === ' ') {
    if (source[first] === '\n') at = first + 1;
    first += 1;
  }
  const blankLines = source.slice(source.indexOf('\n', start) + 1, at).split('\n').length - 1;
  const indent = first - at;
  at += indent;
  for (let i = blankLines; i < target; i += 1) {
    if (source[at] === '\r') at += 1;
    if (source[at] !== '\n') {
      at += 1;
      continue;
    }
    // Folding turns one line break into a space, and n + 1 breaks into n.
    if (value[i] === '\n' && value[i - 1] !== '\n' && isFolded(source, at, value, i)) at += 1;
    at = skipIndent(source, at + 1, indent);
  }
  return at;
}

/** Were there more line breaks in the source than in the value, from here on? */
function isFolded(source: string, at: number, value: string, i: number): boolean {
  const breaks = /^(?:\r?\n[ ]*)+/.exec(source.slice(at))?.[0].split('\n').length ?? 1;
  const kept = /^\n+/.exec(value.slice(i))?.[0].length ?? 0;
  return breaks - 1 > kept;
}

function skipIndent(source: string, from: number, indent: number): number {
  let at = from;
  while (at - from < indent && source[at] === ' ') at += 1;
  return at;
}

/** A plain scalar; over several lines each break with its blanks is one space. */
function walkFlow(source: string, start: number, value: string, target: number): number {
  let at = start;
  for (let i = 0; i < target; i += 1) {
    const breaks = value[i] === ' ' || value[i] === '\n';
    const blanks = breaks ? /^[ \t]*(?:\r?\n[ \t]*)+/.exec(source.slice(at)) : null;
    at += blanks === null ? 1 : blanks[0].length;
  }
  return at;
}

function walkQuoted(source: string, start: number, target: number): number {
  const double = source[start] === '"';
  let at = start + 1;
  for (let i = 0; i < target; i += 1) {
    if (double && source[at] === '\\') at += escapeLength(source, at);
    else if (!double && source.startsWith("''", at)) at += 2;
    else if (
      source[at] === '\n' ||
      (isBlank(source[at]) && /^[ \t]*\r?\n/.test(source.slice(at)))
    ) {
      at += /^[ \t]*\r?\n\s*/.exec(source.slice(at))?.[0].length ?? 1;
    } else at += 1;
  }
  return at;
}

function escapeLength(source: string, at: number): number {
  const lengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };
  return lengths[source[at + 1] ?? ''] ?? 2;
}
