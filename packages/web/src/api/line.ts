import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getJson } from './client.ts';
import { type Grid, type Line, readLine } from './matrix.ts';

async function fetchLine(expr: string, grid: Grid, signal: AbortSignal): Promise<Line> {
  const search = new URLSearchParams({
    query: expr,
    start: String(grid.start),
    end: String(grid.end),
    step: String(grid.step),
  });
  const { body } = await getJson(`/api/v1/query_range?${search}`, signal);
  return readLine(body, grid);
}

/**
 * The recent line of an expression. A grid names its answer for good, so an answer is never asked for
 * twice, and the line before stays until the next is there. `null` asks nothing.
 */
export function useLine(expr: string | null, grid: Grid) {
  return useQuery({
    queryKey: ['line', expr, grid],
    queryFn: ({ signal }) => fetchLine(expr ?? '', grid, signal),
    enabled: expr !== null,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: 2,
  });
}
