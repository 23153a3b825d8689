import { KIND } from './sample-kind.ts';
import { packBits } from './series.ts';

const ROW = 25; // series UInt64, time Float64, value Float64, kind UInt8

/** The samples of one series, as they came one after another. */
export class SeriesRun {
  readonly id: string;
  #times = new Float64Array(256);
  #values = new Float64Array(256);
  #kinds = new Uint8Array(256);
  #length = 0;

  constructor(id: string) {
    this.id = id;
  }

  push(time: number, value: number, kind: number): void {
    if (this.#length === this.#times.length) {
      const size = this.#length * 2;
      const grow = <T extends Float64Array | Uint8Array>(to: T, from: T): T => {
        to.set(from);
        return to;
      };
      this.#times = grow(new Float64Array(size), this.#times);
      this.#values = grow(new Float64Array(size), this.#values);
      this.#kinds = grow(new Uint8Array(size), this.#kinds);
    }
    this.#times[this.#length] = time;
    this.#values[this.#length] = value;
    this.#kinds[this.#length] = kind;
    this.#length++;
  }

  /** True where the histograms of some samples have to be fetched. */
  get hasHistograms(): boolean {
    return this.#kinds.subarray(0, this.#length).includes(KIND.histogram);
  }

  columns(): { times: Float64Array; values: Float64Array; stale?: Uint8Array } {
    const times = this.#times.subarray(0, this.#length);
    const values = this.#values.subarray(0, this.#length);
    const kinds = this.#kinds.subarray(0, this.#length);
    if (!kinds.includes(KIND.stale)) return { times, values };
    return { times, values, stale: packBits(kinds.map((kind) => (kind === KIND.stale ? 1 : 0))) };
  }
}

/** Decodes `series, time, value, kind` rows in ClickHouse's RowBinary, ordered by series, from chunks cut anywhere. */
export class SampleRows {
  #rest: Buffer = Buffer.alloc(0);
  #run: SeriesRun | undefined;
  #low = 0;
  #high = 0;

  *take(chunk: Buffer): Generator<SeriesRun> {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    for (; at + ROW <= bytes.length; at += ROW) {
      const low = view.getUint32(at, true);
      const high = view.getUint32(at + 4, true);
      if (this.#run === undefined || low !== this.#low || high !== this.#high) {
        if (this.#run !== undefined) yield this.#run;
        this.#run = new SeriesRun(view.getBigUint64(at, true).toString());
        this.#low = low;
        this.#high = high;
      }
      this.#run.push(
        view.getFloat64(at + 8, true),
        view.getFloat64(at + 16, true),
        bytes[at + 24]!,
      );
    }
    this.#rest = bytes.subarray(at);
  }

  *end(): Generator<SeriesRun> {
    if (this.#run !== undefined) yield this.#run;
    this.#run = undefined;
  }
}
