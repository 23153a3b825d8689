import type { Millis } from '../text/duration.ts';

/** The evaluation times of a (sub)query: `start`, `start + step`, … */
export interface Grid {
  readonly start: Millis;
  readonly step: Millis;
  readonly count: number;
}

export function gridOf(start: Millis, end: Millis, step: Millis): Grid {
  if (end < start) return { start, step, count: 0 };
  return { start, step, count: step > 0 ? Math.floor((end - start) / step) + 1 : 1 };
}

export function timeAt(grid: Grid, i: number): Millis {
  return grid.start + i * grid.step;
}

export function lastTime(grid: Grid): Millis {
  return grid.start + Math.max(0, grid.count - 1) * grid.step;
}

export function timesOf(grid: Grid): Float64Array {
  const times = new Float64Array(grid.count);
  for (let i = 0; i < grid.count; i++) times[i] = grid.start + i * grid.step;
  return times;
}
