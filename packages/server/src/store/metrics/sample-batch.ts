import type { Millis } from '@bellwether/promql';
import { bytesOf, nativeBlock, nativeString } from '../native-format.ts';
import { histogramToText } from './histogram-text.ts';
import { KIND } from './sample-kind.ts';
import type { SampleValue } from './series.ts';

const FIRST_ROWS = 1024;
/** One block of ClickHouse's; 1.6 MB. */
const BATCH_ROWS = 65_536;

/**
 * Takes what batches give. Samples of the past may be of any number of days at once; by itself ClickHouse takes a hundred
 * partitions in one insert.
 */
export const INSERT_SAMPLES =
  'INSERT INTO bellwether.samples_by_hours SETTINGS max_partitions_per_insert_block = 0 FORMAT Native';

/** Rows of `bellwether.samples_by_hours` on their way to ClickHouse, as columns. */
export class SampleBatch {
  #rows = 0;
  #ids = new BigUint64Array(FIRST_ROWS);
  /** Unix milliseconds as 64-bit integers, the lower half first. */
  #times = new Int32Array(2 * FIRST_ROWS);
  #values = new Float64Array(FIRST_ROWS);
  #kinds = new Uint8Array(FIRST_ROWS);
  /** The text of a histogram, by its row. */
  readonly #histograms = new Map<number, string>();

  get rows(): number {
    return this.#rows;
  }

  get full(): boolean {
    return this.#rows >= BATCH_ROWS;
  }

  add(id: bigint, time: Millis, value: SampleValue): void {
    const row = this.#rows++;
    if (row === this.#ids.length) this.#grow();
    this.#ids[row] = id;
    this.#times[2 * row] = time;
    this.#times[2 * row + 1] = Math.floor(time / 0x100000000);
    if (typeof value === 'number') {
      this.#values[row] = value;
      this.#kinds[row] = KIND.float;
      return;
    }
    this.#values[row] = Number.NaN;
    if (value === 'stale') this.#kinds[row] = KIND.stale;
    else {
      this.#kinds[row] = KIND.histogram;
      this.#histograms.set(row, histogramToText(value));
    }
  }

  /** The first and the last time of the rows. */
  span(): { readonly from: Millis; readonly to: Millis } {
    let [from, to] = [Infinity, -Infinity];
    for (let row = 0; row < this.#rows; row++) {
      const time = this.#times[2 * row + 1]! * 0x100000000 + (this.#times[2 * row]! >>> 0);
      from = Math.min(from, time);
      to = Math.max(to, time);
    }
    return { from, to };
  }

  /** The rows in ClickHouse's Native format. */
  native(): Uint8Array[] {
    const rows = this.#rows;
    return nativeBlock(rows, [
      { name: 'series', type: 'UInt64', data: [bytesOf(this.#ids.subarray(0, rows))] },
      {
        name: 'ts',
        type: "DateTime64(3, 'UTC')",
        data: [bytesOf(this.#times.subarray(0, 2 * rows))],
      },
      { name: 'value', type: 'Float64', data: [bytesOf(this.#values.subarray(0, rows))] },
      { name: 'kind', type: 'UInt8', data: [this.#kinds.subarray(0, rows)] },
      { name: 'histogram', type: 'String', data: this.#histogramColumn() },
    ]);
  }

  #histogramColumn(): Uint8Array[] {
    const column: Uint8Array[] = [];
    let row = 0;
    // An empty string is one zero byte.
    for (const [at, text] of this.#histograms) {
      column.push(new Uint8Array(at - row), nativeString(text));
      row = at + 1;
    }
    column.push(new Uint8Array(this.#rows - row));
    return column;
  }

  #grow(): void {
    const rows = 2 * this.#ids.length;
    const [ids, times, values, kinds] = [this.#ids, this.#times, this.#values, this.#kinds];
    this.#ids = new BigUint64Array(rows);
    this.#times = new Int32Array(2 * rows);
    this.#values = new Float64Array(rows);
    this.#kinds = new Uint8Array(rows);
    this.#ids.set(ids);
    this.#times.set(times);
    this.#values.set(values);
    this.#kinds.set(kinds);
  }
}
