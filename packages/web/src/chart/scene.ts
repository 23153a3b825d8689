import type { Unit } from '@bellwether/server/api';
import type { Line } from '../api/matrix.ts';
import { type Mark, type YRange, yRange } from './y-range.ts';

/** What a chart shows, in full: the drawing code reads this and nothing else. All times are Unix seconds. */
export interface Scene {
  readonly unit: Unit;
  readonly start: number;
  readonly end: number;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** What the values are compared with, at the same times; all null when there is nothing. */
  readonly reference: readonly (number | null)[];
  readonly marks: readonly Mark[];
  readonly y: YRange;
  /** Part of the past that was replayed rather than lived. */
  readonly replayed: { readonly from: number; readonly to: number } | null;
}

export interface SceneInput {
  readonly unit: Unit;
  readonly line: Line;
  readonly reference: Line | null;
  /** The number the panel shows large, and when it was so: it ends the line. */
  readonly latest: { readonly time: number; readonly value: number | null };
  readonly marks: readonly Mark[];
  readonly replayed: Scene['replayed'];
  readonly scale: 'from-zero' | 'share-near-one';
}

/**
 * Joins the even grid of the range query and the present value into one scene, so that the line ends in the
 * number beside it. A point between two gaps stays a point; a gap stays a gap.
 */
export function composeScene(input: SceneInput): Scene {
  const { line, latest } = input;
  const gridEnd = line.times.at(-1) ?? latest.time;
  const reference = sharesGrid(input.reference, line)
    ? input.reference.values
    : line.values.map(() => null);
  const ahead = latest.time > gridEnd;
  const values = ahead ? [...line.values, latest.value] : line.values;
  const withReference = ahead ? [...reference, null] : reference;
  return {
    unit: input.unit,
    start: line.times[0] ?? gridEnd,
    end: Math.max(gridEnd, latest.time),
    times: ahead ? [...line.times, latest.time] : line.times,
    values,
    reference: withReference,
    marks: input.marks,
    y: yRange([...values, ...withReference], input.marks, input.scale),
    replayed: input.replayed,
  };
}

/** A reference of another range or step may still be on its way; the wrong one is worse than none. */
function sharesGrid(reference: Line | null, line: Line): reference is Line {
  return (
    reference !== null &&
    reference.times.length === line.times.length &&
    reference.times[0] === line.times[0]
  );
}

/** Points that no line reaches, because both neighbours are gaps: drawn as dots, or they would not be seen. */
export function loneIndices(values: readonly (number | null | undefined)[]): number[] {
  const lone: number[] = [];
  values.forEach((value, index) => {
    if (value == null) return;
    if (values[index - 1] == null && values[index + 1] == null) lone.push(index);
  });
  return lone;
}

/** The point nearest to an index that has a value, looking `direction` steps at a time; null when none is left. */
export function nextIndex(
  values: readonly (number | null)[],
  from: number,
  direction: 1 | -1,
): number | null {
  for (let index = from + direction; index >= 0 && index < values.length; index += direction) {
    if (values[index] != null) return index;
  }
  return null;
}
