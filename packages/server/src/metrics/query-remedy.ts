import { PromQLError } from '@bellwether/promql';
import type { QueryLimits } from './query-room.ts';

/** The error of a query that asked for too much, with what can be done about it. */
export function withRemedy(error: unknown, limits: QueryLimits): unknown {
  const remedy = error instanceof PromQLError ? remedyOf(error, limits) : undefined;
  if (!(error instanceof PromQLError) || remedy === undefined) return error;
  return new PromQLError(error.code, `${error.message}: ${remedy}`);
}

function remedyOf({ code }: PromQLError, limits: QueryLimits): string | undefined {
  switch (code) {
    case 'too_many_samples':
      return `ask for fewer series or a shorter time, or raise query.max_samples (${limits.samples})`;
    case 'too_many_bytes':
      return `ask for fewer series, a shorter time or shorter labels, or raise query.max_memory (${limits.bytes} bytes)`;
    case 'memory_in_use':
      return `try again later, ask for less, or raise query.max_memory_total (${limits.totalBytes} bytes)`;
    default:
      return undefined;
  }
}
