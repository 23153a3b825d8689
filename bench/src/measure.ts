import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The middle of a sample; of an even one, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

/** The value that a share of a sample stays at or below: the nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** A piece of work to be timed: does it `calls` times. */
export type Work = (calls: number) => void | Promise<void>;

/**
 * Times several pieces of work side by side and gives the median nanoseconds per call of each.
 *
 * The rounds are interleaved and their order turns, so that a slow moment of the machine, or what the
 * garbage collector has left of the one before, falls on all of them alike.
 */
export async function interleaved<Name extends string>(
  works: Readonly<Record<Name, Work>>,
  { calls, rounds }: { readonly calls: number; readonly rounds: number },
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (const name of names) await works[name](calls);
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length]!;
      const started = process.hrtime.bigint();
      await works[name](calls);
      times.get(name)!.push(Number(process.hrtime.bigint() - started) / calls);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name)!)])) as Record<
    Name,
    number
  >;
}

let collect: (() => void) | undefined;

function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose_gc');
    collect = runInNewContext('gc') as () => void;
  }
  // Twice: what the first pass finalises, the second one frees.
  collect();
  collect();
}

/** Bytes that stay in use after `make` returned, as long as what it returned is held. */
export function retainedBytes(make: () => unknown): number {
  collectGarbage();
  const before = process.memoryUsage();
  const kept = make();
  collectGarbage();
  const after = process.memoryUsage();
  // Read after the measurement, so that nothing of it can be collected before.
  if (kept === undefined) throw new Error('make returned nothing to hold');
  const heap = after.heapUsed - before.heapUsed;
  return heap + after.arrayBuffers - before.arrayBuffers;
}
