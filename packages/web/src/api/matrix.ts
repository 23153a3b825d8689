import { ApiError } from './client.ts';

/** One series on an even grid. `null` is "no sample here": a gap, never a zero. */
export interface Line {
  /** Unix seconds, ascending, `step` apart. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

export interface Grid {
  /** Unix seconds; multiples of `step`. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/**
 * Reads what `/api/v1/query_range` answered for an expression that yields one series at most.
 * Steps without a sample, NaN and infinities become gaps; no series at all is a line of gaps.
 *
 * @throws {ApiError} when the answer has another shape, or several series (one panel is one number).
 */
export function readLine(body: unknown, grid: Grid): Line {
  const result = matrixOf(body);
  if (result.length > 1) {
    throw new ApiError(
      'malformed',
      `The expression yields ${result.length} series; a panel shows one.`,
    );
  }
  const steps = Math.round((grid.end - grid.start) / grid.step) + 1;
  const times = Array.from({ length: steps }, (_, index) => grid.start + index * grid.step);
  const values = new Array<number | null>(steps).fill(null);
  for (const [time, text] of samplesOf(result[0])) {
    const index = Math.round((time - grid.start) / grid.step);
    const value = Number(text);
    if (index >= 0 && index < steps && Number.isFinite(value)) values[index] = value;
  }
  return { times, values };
}

function matrixOf(body: unknown): readonly unknown[] {
  const data = field(body, 'data');
  const result = field(data, 'result');
  if (field(data, 'resultType') !== 'matrix' || !Array.isArray(result)) {
    throw new ApiError('malformed', 'The answer to the range query is not a matrix.');
  }
  return result;
}

function* samplesOf(series: unknown): Generator<[number, string]> {
  const values = field(series, 'values');
  if (!Array.isArray(values)) return;
  for (const sample of values as unknown[]) {
    if (!Array.isArray(sample)) continue;
    const [time, text] = sample as unknown[];
    if (typeof time === 'number' && typeof text === 'string') yield [time, text];
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
