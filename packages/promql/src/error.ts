import type { Span } from './syntax/ast.ts';
import { lineAndColumn } from './syntax/position.ts';

/** What kind of failure a {@link PromQLError} is; stable, for programs to branch on. */
export type PromQLErrorCode =
  | 'parse'
  | 'execution'
  | 'timeout'
  | 'canceled'
  | 'too_many_samples'
  | 'too_many_bytes'
  | 'memory_in_use';

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

/** How many problems a message tells, and how many characters of each: what a query says comes back in them. */
const MOST_TOLD = 20;
const LONGEST_PROBLEM = 1_000;
const LONGEST_EXECUTION = 10_000;

function shortened(message: string, most: number): string {
  return message.length <= most ? message : `${message.slice(0, most)}…`;
}

/** A `parse` error in Prometheus' words: `line:column: parse error: what`, one line per problem. */
export function parseError(text: string, problems: readonly Problem[]): PromQLError {
  const lines = problems
    .slice(0, MOST_TOLD)
    .map(
      ({ start, message }) =>
        `${lineAndColumn(text, start)}: parse error: ${shortened(message, LONGEST_PROBLEM)}`,
    );
  if (problems.length > MOST_TOLD) lines.push(`… and ${problems.length - MOST_TOLD} more problems`);
  return new PromQLError('parse', lines.join('\n'), problems);
}

/** An error met while evaluating; the message is Prometheus' own. */
export function executionError(message: string): PromQLError {
  return new PromQLError('execution', shortened(message, LONGEST_EXECUTION));
}
