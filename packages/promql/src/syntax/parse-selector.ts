import { compileMatcher } from '../data/matcher.ts';
import { isLabelName } from '../text/quote.ts';
import type { Matcher, MatchOp, VectorSelector } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';

const MATCH_OPS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

/** A vector selector: a name, matchers in braces, or both. The cursor is at its first token. */
export function vectorSelector(cursor: Cursor, name: Token | undefined): VectorSelector {
  const matchers: Matcher[] = [];
  let metric = name?.text;
  const start = name?.start ?? cursor.token.start;
  let end = name?.end ?? start;
  if (cursor.is('{') && cursor.token.type === 'op') {
    const quoted = labelMatchers(cursor, matchers);
    end = cursor.previousEnd;
    const second = metric === undefined ? undefined : quoted;
    metric ??= quoted;
    // Whatever a matcher says of the name, next to a name it is too much.
    const twice = second ?? matchers.find(({ name }) => name === '__name__')?.value;
    if (metric !== undefined && twice !== undefined) {
      cursor.report({ start, end }, `metric name must not be set twice: "${metric}" or "${twice}"`);
    }
  }
  if (metric !== undefined) matchers.push({ name: '__name__', op: '=', value: metric });
  return {
    kind: 'selector',
    name: metric,
    matchers,
    offset: undefined,
    at: undefined,
    mode: 'plain',
    start,
    end,
  };
}

/** Reads `{…}`; returns the metric name where one is given in quotes. */
function labelMatchers(cursor: Cursor, matchers: Matcher[]): string | undefined {
  const context = 'label matching';
  let metric: string | undefined;
  cursor.advanceInBraces();
  while (!cursor.is('}')) {
    const label = cursor.token;
    if (label.type !== 'identifier' && label.type !== 'string') {
      cursor.fail(context, 'identifier or "}"');
    }
    cursor.advanceInBraces();
    if (label.type === 'string' && (cursor.is(',') || cursor.is('}'))) {
      if (metric !== undefined) {
        cursor.report(label, `metric name must not be set twice: "${metric}" or "${label.word}"`);
      }
      metric = label.word;
    } else {
      matchers.push(matcher(cursor, label));
      cursor.listed(matchers.length, 'matchers');
    }
    if (cursor.is(',')) cursor.advanceInBraces();
    else if (!cursor.is('}')) cursor.fail(context, '"," or "}"');
  }
  cursor.advance();
  return metric;
}

function matcher(cursor: Cursor, label: Token): Matcher {
  const context = 'label matching';
  const op = cursor.token;
  if (op.type !== 'op' || !MATCH_OPS.has(op.text)) cursor.fail(context, 'label matching operator');
  cursor.advanceInBraces();
  const value = cursor.token;
  if (value.type !== 'string') cursor.fail(context, 'string');
  cursor.advanceInBraces();
  const result: Matcher = { name: label.word, op: op.text as MatchOp, value: value.word };
  // No series has a label without a name, which may be asked all the same.
  if (result.name !== '' && !isLabelName(result.name))
    cursor.report(label, `invalid label name "${result.name}"`);
  try {
    compileMatcher(result);
  } catch (error) {
    cursor.report(
      { start: label.start, end: value.end },
      error instanceof Error ? error.message : String(error),
    );
  }
  return result;
}
