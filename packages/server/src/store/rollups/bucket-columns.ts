import type { Labels, Millis, SeriesColumns } from '@bellwether/promql';
import { packIndices } from '../metrics/stale-bits.ts';
import type { Handing, Receiver } from './handing.ts';

/** The buckets of one series as ClickHouse answers them: a column of ends, and one for each number of the handing. */
export interface Buckets {
  readonly ends: Float64Array;
  readonly numbers: readonly Float64Array[];
}

/** Makes what the engine is handed of one series' buckets, whatever order they came in. */
export function columnsOf(
  labels: Labels,
  { ends, numbers }: Buckets,
  { hand, weighted, most }: Handing,
): SeriesColumns {
  const room = new Room(ends.length * most, weighted);
  const row = numbers.map(() => 0);
  for (const i of ascendingOrder(ends)) {
    for (let k = 0; k < numbers.length; k++) row[k] = numbers[k]![i]!;
    hand(ends[i]!, row, room);
  }
  return { labels, ...room.columns() };
}

/** Months are read beside each other, so that buckets may come out of order. */
function ascendingOrder(ends: Float64Array): Uint32Array {
  const order = Uint32Array.from(ends, (_, i) => i);
  for (let i = 1; i < ends.length; i++)
    if (ends[i]! < ends[i - 1]!) return order.sort((a, b) => ends[a]! - ends[b]!);
  return order;
}

class Room implements Receiver {
  readonly #times: Float64Array;
  readonly #values: Float64Array;
  readonly #weights: Float64Array | undefined;
  readonly #stale: number[] = [];
  #used = 0;

  constructor(samples: number, weighted: boolean) {
    this.#times = new Float64Array(samples);
    this.#values = new Float64Array(samples);
    this.#weights = weighted ? new Float64Array(samples) : undefined;
  }

  sample(time: Millis, value: number, weight = 1): void {
    this.#times[this.#used] = time;
    this.#values[this.#used] = value;
    if (this.#weights !== undefined) this.#weights[this.#used] = weight;
    this.#used++;
  }

  stale(time: Millis): void {
    this.#stale.push(this.#used);
    this.sample(time, Number.NaN);
  }

  columns(): Omit<SeriesColumns, 'labels'> {
    const used = this.#used;
    return {
      times: this.#times.subarray(0, used),
      values: this.#values.subarray(0, used),
      ...(this.#weights === undefined ? {} : { weights: this.#weights.subarray(0, used) }),
      ...(this.#stale.length === 0 ? {} : { stale: packIndices(this.#stale, 0, used) }),
    };
  }
}
