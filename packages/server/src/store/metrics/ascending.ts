/** The samples of one series as columns: times, values and kinds. */
export interface SampleColumns {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly kinds: Uint8Array;
}

/**
 * The same samples ascending by time, each time once. ClickHouse answers part by part: each part ascends, and mostly
 * one part ends before another begins, so whole runs are put in order rather than samples.
 */
export function ascending(columns: SampleColumns): SampleColumns {
  const { times } = columns;
  const starts = [0];
  for (let i = 1; i < times.length; i++) if (times[i]! <= times[i - 1]!) starts.push(i);
  if (starts.length === 1) return columns;
  const runs = starts
    .map((start, i) => ({ start, end: starts[i + 1] ?? times.length }))
    .sort((a, b) => times[a.start]! - times[b.start]!);
  const apart = runs.every(
    ({ start }, i) => i === 0 || times[runs[i - 1]!.end - 1]! < times[start]!,
  );
  const order = new Uint32Array(times.length);
  let length = 0;
  for (const { start, end } of runs) for (let i = start; i < end; i++) order[length++] = i;
  return pick(columns, apart ? order : sortedOnce(order, times));
}

function sortedOnce(order: Uint32Array, times: Float64Array): Uint32Array {
  order.sort((a, b) => times[a]! - times[b]!);
  return order.filter((row, i) => i === 0 || times[row] !== times[order[i - 1]!]);
}

function pick({ times, values, kinds }: SampleColumns, order: Uint32Array): SampleColumns {
  const picked = {
    times: new Float64Array(order.length),
    values: new Float64Array(order.length),
    kinds: new Uint8Array(order.length),
  };
  for (let i = 0; i < order.length; i++) {
    picked.times[i] = times[order[i]!]!;
    picked.values[i] = values[order[i]!]!;
    picked.kinds[i] = kinds[order[i]!]!;
  }
  return picked;
}
