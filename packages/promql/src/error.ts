import type { Span } from './syntax/ast.ts';
import { lineAndColumn } from './syntax/position.ts';

/** What kind of failure a {@link PromQLError} is; stable, for programs to branch on. */
export type PromQLErrorCode = 'parse' | 'execution' | 'timeout' | 'canceled' | 'too_many_samples';

/** One thing that is wrong, and where: offsets are UTF-16 positions in the query, end exclusive. */
export interface Problem extends Span {
  readonly message: string;
}

/**
 * Every failure this package reports. `errors` lists all problems found; execution errors that
 * concern the whole query have a single problem with an empty span.
 */
export class PromQLError extends Error {
  override readonly name = 'PromQLError';

  constructor(
    readonly code: PromQLErrorCode,
    message: string,
    readonly errors: readonly Problem[] = [{ message, start: 0, end: 0 }],
  ) {
    super(message);
  }
}

/** A `parse` error in Prometheus' words: `line:column: parse error: what`, one line per problem. */
export function parseError(text: string, problems: readonly Problem[]): PromQLError {
  const lines = problems.map(
    (problem) => `${lineAndColumn(text, problem.start)}: parse error: ${problem.message}`,
  );
  return new PromQLError('parse', lines.join('\n'), problems);
}

/** An error met while evaluating; the message is Prometheus' own. */
export function executionError(message: string): PromQLError {
  return new PromQLError('execution', message);
}
