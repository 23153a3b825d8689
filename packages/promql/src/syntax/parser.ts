import { PromQLError, parseError } from '../error.ts';
import type { Aggregation, AggregationOp, BinaryOp, Expr, Span } from './ast.ts';
import { binaryModifiers } from './binary-modifiers.ts';
import { check } from './check.ts';
import { Cursor, SyntaxProblem } from './cursor.ts';
import { DEFAULT_EXPRESSION_LIMITS, type ExpressionLimits } from './expression-limits.ts';
import type { LanguageFeatures } from './features.ts';
import { FUNCTIONS } from './functions.ts';
import { labelList } from './label-list.ts';
import { LexicalError } from './lexer.ts';
import { numberLiteral } from './number-literal.ts';
import { bracketDuration } from './parse-duration-expr.ts';
import { at, mode, offset, requirePlain } from './parse-modifiers.ts';
import { vectorSelector } from './parse-selector.ts';
import { suggest } from './suggest.ts';
import { NEVER_METRIC } from './token.ts';

export interface ParseOptions {
  readonly features?: LanguageFeatures;
  readonly limits?: Partial<ExpressionLimits>;
  /** Takes selectors that every series fits, like `{job=~".*"}`, which are an error otherwise. */
  readonly unselective?: boolean;
}

const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '<': 3,
  '>=': 3,
  '>': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
const UNARY_PRECEDENCE = 5;

/**
 * Reads and type-checks a PromQL expression.
 *
 * @example
 * parse('sum by (job) (rate(http_requests_total[5m]))').kind // 'aggregation'
 * @throws PromQLError `parse`, holding every problem found with its position
 */
export function parse(text: string, options: ParseOptions = {}): Expr {
  const features = options.features ?? {};
  const limits = { ...DEFAULT_EXPRESSION_LIMITS, ...options.limits };
  if (text.length > limits.length)
    throw parseError(text, [
      {
        message: `expression has ${text.length} characters, more than the limit of ${limits.length}`,
        start: 0,
        end: 0,
      },
    ]);
  let cursor: Cursor | undefined;
  try {
    cursor = new Cursor(text, limits);
    if (cursor.atEnd) throw parseError(text, [nothing(text)]);
    const expr = expression(cursor, features, 0);
    if (!cursor.atEnd) cursor.fail('');
    const problems = [...cursor.problems, ...check(expr, features, options.unselective)];
    if (problems.length === 0) return expr;
    throw parseError(
      text,
      problems.toSorted((a, b) => a.start - b.start),
    );
  } catch (error) {
    if (error instanceof SyntaxProblem || error instanceof LexicalError)
      throw parseError(text, [...(cursor?.problems ?? []), error.problem]);
    if (error instanceof PromQLError && !error.message.includes('parse error'))
      throw parseError(text, [
        { message: error.message, start: cursor?.token.start ?? 0, end: cursor?.token.end ?? 0 },
      ]);
    throw error;
  }
}

function nothing(text: string): Span & { message: string } {
  return { message: 'no expression found in input', start: 0, end: text.length };
}

function expression(cursor: Cursor, features: LanguageFeatures, minimum: number): Expr {
  return cursor.nested(() => {
    let lhs = unary(cursor, features);
    for (;;) {
      const precedence = cursor.token.type === 'op' ? PRECEDENCE[cursor.token.word] : undefined;
      if (precedence === undefined || precedence < minimum) return lhs;
      const op = cursor.advance().word as BinaryOp;
      const modifiers = binaryModifiers(cursor, op, features);
      // Only the power operator groups to the right.
      const rhs = expression(cursor, features, op === '^' ? precedence : precedence + 1);
      lhs = {
        kind: 'binary',
        op,
        lhs,
        rhs,
        bool: modifiers.bool,
        matching: modifiers.matching,
        start: lhs.start,
        end: rhs.end,
      };
    }
  });
}

function unary(cursor: Cursor, features: LanguageFeatures): Expr {
  if (!cursor.is('-') && !cursor.is('+')) return postfix(cursor, features);
  const sign = cursor.advance();
  const negative = sign.text === '-';
  // `-2 ^ 2` is -(2 ^ 2): the power binds tighter than the sign, the products do not.
  const operand = expression(cursor, features, UNARY_PRECEDENCE + 1);
  if (operand.kind === 'number') {
    const value = negative ? -operand.value : operand.value;
    return { ...operand, value, start: sign.start };
  }
  return {
    kind: 'unary',
    op: negative ? '-' : '+',
    expr: operand,
    start: sign.start,
    end: operand.end,
  };
}

function postfix(cursor: Cursor, features: LanguageFeatures): Expr {
  let expr = primary(cursor, features);
  for (let level = 0; ; level++) {
    cursor.levels(level);
    if (cursor.is('[')) expr = brackets(cursor, expr, features);
    else if (cursor.is('offset')) expr = offset(cursor, expr, features);
    else if (cursor.is('@')) expr = at(cursor, expr);
    else if (cursor.is('anchored') || cursor.is('smoothed')) expr = mode(cursor, expr, features);
    else return expr;
  }
}

function primary(cursor: Cursor, features: LanguageFeatures): Expr {
  if (!cursor.is('(')) cursor.operand();
  const { token } = cursor;
  const span = { start: token.start, end: token.end };
  switch (token.type) {
    case 'number':
      return { kind: 'number', value: numberLiteral(cursor), units: false, ...span };
    case 'duration':
      return { kind: 'number', value: numberLiteral(cursor), units: true, ...span };
    case 'string':
      cursor.advance();
      return { kind: 'string', value: token.word, ...span };
    case 'metric':
      cursor.advance();
      return vectorSelector(cursor, token);
    case 'aggregation':
      if (cursor.isNext('(') || cursor.isNext('by') || cursor.isNext('without'))
        return aggregation(cursor, features);
      cursor.advance();
      return vectorSelector(cursor, token);
    case 'identifier':
    case 'keyword':
      if (cursor.isNext('(') && (token.type === 'identifier' || FUNCTIONS.has(token.word)))
        return call(cursor, features);
      if (NEVER_METRIC.has(token.word)) break;
      cursor.advance();
      return vectorSelector(cursor, token);
    case 'op':
      if (cursor.is('(')) {
        cursor.advance();
        const expr = expression(cursor, features, 0);
        const close = cursor.expect(')', '', '');
        return { kind: 'paren', expr, start: token.start, end: close.end };
      }
      if (cursor.is('{')) return vectorSelector(cursor, undefined);
      if (/^[a-z]/.test(token.word) && token.word !== 'atan2') {
        cursor.advance();
        return vectorSelector(cursor, token);
      }
      break;
    case 'eof':
      break;
  }
  cursor.fail('');
}

function call(cursor: Cursor, features: LanguageFeatures): Expr {
  const name = cursor.advance();
  const func = name.type === 'keyword' ? name.word : name.text;
  if (!FUNCTIONS.has(func)) {
    cursor.report(name, `unknown function with name "${func}"${suggest(func, FUNCTIONS.keys())}`);
  }
  const { args, end } = argumentList(cursor, features, 'function call args');
  return { kind: 'call', func, args, start: name.start, end };
}

function argumentList(
  cursor: Cursor,
  features: LanguageFeatures,
  context: string,
): { args: Expr[]; end: number } {
  cursor.expect('(', context);
  const args: Expr[] = [];
  while (!cursor.is(')')) {
    args.push(expression(cursor, features, 0));
    if (cursor.is(')')) break;
    const comma = cursor.expect(',', '', '');
    if (cursor.is(')')) cursor.report(comma, `trailing commas not allowed in ${context}`);
  }
  return { args, end: cursor.advance().end };
}

function aggregation(cursor: Cursor, features: LanguageFeatures): Expr {
  const name = cursor.advance();
  const op = name.word as AggregationOp;
  let grouping = groupingClause(cursor);
  const { args, end: argsEnd } = argumentList(cursor, features, 'aggregation');
  let end = argsEnd;
  if (grouping === undefined && (cursor.is('by') || cursor.is('without'))) {
    grouping = groupingClause(cursor);
    end = cursor.previousEnd;
  }
  const parameters = PARAMETERS.has(op) ? 2 : 1;
  if (args.length !== parameters) {
    cursor.report(
      { start: name.start, end },
      args.length === 0
        ? 'no arguments for aggregate expression provided'
        : `wrong number of arguments for aggregate expression provided, expected ${parameters}, got ${args.length}`,
    );
  }
  const expr: Aggregation = {
    kind: 'aggregation',
    op,
    expr: args[parameters - 1] ??
      args.at(-1) ?? { kind: 'number', value: 0, units: false, start: end, end },
    param: parameters === 2 ? args[0] : undefined,
    without: grouping?.without ?? false,
    grouping: grouping?.labels ?? [],
    start: name.start,
    end,
  };
  return expr;
}

/** The aggregations that take a parameter before the vector. */
const PARAMETERS: ReadonlySet<AggregationOp> = new Set([
  'bottomk',
  'count_values',
  'limit_ratio',
  'limitk',
  'quantile',
  'topk',
]);

function groupingClause(cursor: Cursor): { without: boolean; labels: string[] } | undefined {
  if (!cursor.is('by') && !cursor.is('without')) return undefined;
  const without = cursor.advance().word === 'without';
  return { without, labels: labelList(cursor) };
}

function brackets(cursor: Cursor, expr: Expr, features: LanguageFeatures): Expr {
  cursor.advance();
  const context = 'subquery or range selector';
  const range = bracketDuration(cursor, context);
  requirePlain(cursor, range, features);
  if (cursor.is(':')) {
    cursor.advance();
    const step = cursor.is(']') ? undefined : bracketDuration(cursor, 'subquery selector');
    if (step !== undefined) requirePlain(cursor, step, features);
    const close = cursor.expect(']', 'subquery selector');
    return {
      kind: 'subquery',
      expr,
      range,
      step,
      offset: undefined,
      at: undefined,
      start: expr.start,
      end: close.end,
    };
  }
  const close = cursor.expect(']', 'subquery or range', '":" or "]"');
  const span = { start: expr.start, end: close.end };
  if (expr.kind !== 'selector') {
    cursor.report(span, 'ranges only allowed for vector selectors');
    return expr;
  }
  if (expr.offset !== undefined) cursor.report(span, 'no offset modifiers allowed before range');
  if (expr.at !== undefined) cursor.report(span, 'no @ modifiers allowed before range');
  return { kind: 'matrix', selector: expr, range, ...span };
}
