/** The samples of one series as columns: times, values and kinds. */
export interface SampleColumns {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly kinds: Uint8Array;
}

/**
 * The same samples ascending by time, each time once. ClickHouse answers part by part: each part ascends, and mostly
 * one part ends before another begins, so stretches are put in order rather than samples.
 */
export function ascending(columns: SampleColumns): SampleColumns {
  const { times, values, kinds } = columns;
  const runs = runsOf(times);
  if (runs.length === 1) return columns;
  const ordered = {
    times: new Float64Array(times.length),
    values: new Float64Array(times.length),
    kinds: new Uint8Array(times.length),
  };
  let length = 0;
  let last = -Infinity;
  for (let run = runs.shift(); run !== undefined; run = runs.shift()) {
    const until = runs.length === 0 ? Infinity : times[runs[0]!.at]!;
    for (; run.at < run.end && times[run.at]! <= until; run.at++) {
      if (times[run.at]! === last) continue;
      last = times[run.at]!;
      ordered.times[length] = last;
      ordered.values[length] = values[run.at]!;
      ordered.kinds[length++] = kinds[run.at]!;
    }
    if (run.at < run.end) putBack(runs, run, times);
  }
  return {
    times: ordered.times.subarray(0, length),
    values: ordered.values.subarray(0, length),
    kinds: ordered.kinds.subarray(0, length),
  };
}

/** What is left of a stretch of rows whose times ascend. */
interface Run {
  at: number;
  readonly end: number;
}

/** The runs there are, the one that begins earliest first. */
function runsOf(times: Float64Array): Run[] {
  const runs: Run[] = [];
  let start = 0;
  for (let i = 1; i <= times.length; i++)
    if (i === times.length || times[i]! <= times[i - 1]!) {
      runs.push({ at: start, end: i });
      start = i;
    }
  return runs.length === 1 ? runs : runs.sort((a, b) => times[a.at]! - times[b.at]!);
}

function putBack(runs: Run[], run: Run, times: Float64Array): void {
  const time = times[run.at]!;
  const place = runs.findIndex(({ at }) => times[at]! > time);
  runs.splice(place === -1 ? runs.length : place, 0, run);
}
