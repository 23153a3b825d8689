import { executionError } from '../error.ts';
import type { Duration } from '../syntax/ast.ts';
import type { Millis } from '../text/duration.ts';
import type { QueryContext } from './context.ts';

/** A range or step in milliseconds; it must be positive. */
export function positiveMs(duration: Duration, query: QueryContext): Millis {
  const ms = durationMs(duration, query);
  if (!(ms > 0)) throw executionError('duration must be greater than 0');
  return ms;
}

/** A duration in milliseconds; expressions are computed for the query at hand. */
export function durationMs(duration: Duration | undefined, query: QueryContext): Millis {
  if (duration === undefined) return 0;
  const ms = Math.trunc(Math.round(seconds(duration, query) * 1e6) / 1e3);
  if (!Number.isFinite(ms) || Math.abs(ms) > 2 ** 63 / 1e6)
    throw executionError('duration is out of range');
  return ms;
}

function seconds(duration: Duration, query: QueryContext): number {
  switch (duration.kind) {
    case 'literal':
      return duration.seconds;
    case 'paren':
      return seconds(duration.inner, query);
    case 'unary':
      return duration.op === '-'
        ? -seconds(duration.operand, query)
        : seconds(duration.operand, query);
    case 'step':
      return query.step / 1000;
    case 'range':
      return (query.end - query.start) / 1000;
    case 'min_of':
      return Math.min(seconds(duration.lhs, query), seconds(duration.rhs, query));
    case 'max_of':
      return Math.max(seconds(duration.lhs, query), seconds(duration.rhs, query));
    case 'binary':
      return arithmetic(duration.op, seconds(duration.lhs, query), seconds(duration.rhs, query));
  }
}

function arithmetic(op: '+' | '-' | '*' | '/' | '%' | '^', lhs: number, rhs: number): number {
  switch (op) {
    case '+':
      return lhs + rhs;
    case '-':
      return lhs - rhs;
    case '*':
      return lhs * rhs;
    case '/':
      if (rhs === 0) throw executionError('division by zero');
      return lhs / rhs;
    case '%':
      if (rhs === 0) throw executionError('modulo by zero');
      return lhs % rhs;
    case '^':
      return lhs ** rhs;
  }
}
