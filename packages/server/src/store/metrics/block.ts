/**
 * A stretch of up to 32 samples of one series, as small as its numbers allow and quick to read: no bit streams, every
 * number stands in whole bytes at a width chosen for the block.
 *
 * ```
 *  0  f64  first time (Unix ms)        24  u8  samples
 *  8  f64  value base                  25  u8  width of a time: 0, 2, 4 or 8 bytes
 * 16  u32  step between times          26  u8  width of a value: 0, 1, 2, 4 or 8 bytes; 5 for a float of 4 bytes
 * 20  u32  stale markers, a bit each   27  u8  decimals: a value is (base + number) / 10^decimals
 * 28  times, then values
 * ```
 * A time is first + i · step + a signed deviation of 0, 2 or 4 bytes; 8 bytes are the time itself. A value is the base
 * plus an unsigned number of 0, 1, 2 or 4 bytes; 5 and 8 are the value itself. What is read is, bit for bit, what was
 * written, but for the bits within a NaN.
 */
export const BLOCK_SAMPLES = 32;

const HEADER = 28;
const FLOAT32 = 5;
const MOST_DECIMALS = 4;
const POWERS = [1, 10, 100, 1000, 10_000];

const scratch = new Uint8Array(HEADER + 16 * BLOCK_SAMPLES);
const scratchView = new DataView(scratch.buffer);
const whole = new Float64Array(BLOCK_SAMPLES);

/**
 * Encodes `count` samples, ascending by time.
 * @param stale a bit each, lowest first
 * @returns bytes valid until the next call
 */
export function encodeBlock(
  times: Float64Array,
  values: Float64Array,
  from: number,
  count: number,
  stale: number,
): Uint8Array {
  scratchView.setFloat64(0, times[from]!, true);
  scratchView.setUint32(20, stale, true);
  scratch[24] = count;
  const valuesAt = encodeTimes(times, from, count);
  const end = encodeValues(values, from, count, valuesAt);
  return scratch.subarray(0, end);
}

function encodeTimes(times: Float64Array, from: number, count: number): number {
  const first = times[from]!;
  const mean = count > 1 ? Math.round((times[from + count - 1]! - first) / (count - 1)) : 0;
  const step = mean <= 0xffffffff ? mean : 0;
  let furthest = 0;
  for (let i = 0; i < count; i++) {
    const off = times[from + i]! - (first + i * step);
    if (!Number.isInteger(off)) furthest = Infinity;
    else if (Math.abs(off) > furthest) furthest = Math.abs(off);
  }
  const width = furthest === 0 ? 0 : furthest < 0x8000 ? 2 : furthest < 0x80000000 ? 4 : 8;
  scratchView.setUint32(16, step, true);
  scratch[25] = width;
  let at = HEADER;
  for (let i = 0; i < count && width > 0; i++, at += width) {
    const off = times[from + i]! - (first + i * step);
    if (width === 2) scratchView.setInt16(at, off, true);
    else if (width === 4) scratchView.setInt32(at, off, true);
    else scratchView.setFloat64(at, times[from + i]!, true);
  }
  return at;
}

function encodeValues(values: Float64Array, from: number, count: number, start: number): number {
  if (sameThroughout(values, from, count)) return putValues(values[from]!, 0, 0, start);
  const decimals = decimalsOf(values, from, count);
  let at = start;
  if (decimals >= 0) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      low = Math.min(low, whole[i]!);
      high = Math.max(high, whole[i]!);
    }
    const span = high - low;
    const width = span < 0x100 ? 1 : span < 0x10000 ? 2 : span < 0x100000000 ? 4 : 8;
    if (width < 8) {
      at = putValues(low, width, decimals, start);
      for (let i = 0; i < count; i++, at += width) {
        const number = whole[i]! - low;
        if (width === 1) scratch[at] = number;
        else if (width === 2) scratchView.setUint16(at, number, true);
        else scratchView.setUint32(at, number, true);
      }
      return at;
    }
  }
  let isFloat32 = true;
  for (let i = 0; i < count && isFloat32; i++)
    isFloat32 = Object.is(Math.fround(values[from + i]!), values[from + i]!);
  at = putValues(0, isFloat32 ? FLOAT32 : 8, 0, start);
  for (let i = 0; i < count; i++, at += isFloat32 ? 4 : 8) {
    if (isFloat32) scratchView.setFloat32(at, values[from + i]!, true);
    else scratchView.setFloat64(at, values[from + i]!, true);
  }
  return at;
}

function putValues(base: number, width: number, decimals: number, at: number): number {
  scratchView.setFloat64(8, base, true);
  scratch[26] = width;
  scratch[27] = decimals;
  return at;
}

function sameThroughout(values: Float64Array, from: number, count: number): boolean {
  for (let i = 1; i < count; i++) if (!Object.is(values[from + i]!, values[from]!)) return false;
  return true;
}

/**
 * The fewest decimals with which every value is a whole number, those numbers left in `whole`; −1 when there are more
 * than four, or a value is no such number. The way back is tried on each, so nothing is rounded.
 */
function decimalsOf(values: Float64Array, from: number, count: number): number {
  next: for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const power = POWERS[decimals]!;
    for (let i = 0; i < count; i++) {
      const value = values[from + i]!;
      const number = Math.round(value * power);
      if (!Number.isSafeInteger(number) || Object.is(value, -0)) return -1;
      if (number / power !== value) continue next;
      whole[i] = number;
    }
    return decimals;
  }
  return -1;
}

/** The most bytes that so many samples can take. */
export function blocksRoom(samples: number): number {
  return Math.ceil(samples / BLOCK_SAMPLES) * HEADER + 16 * samples;
}

/** How many bytes the block at `at` takes. */
export function blockBytes(bytes: Uint8Array, at: number): number {
  const width = bytes[at + 26]!;
  return HEADER + bytes[at + 24]! * (bytes[at + 25]! + (width === FLOAT32 ? 4 : width));
}

export function blockSamples(bytes: Uint8Array, at: number): number {
  return bytes[at + 24]!;
}

export function blockFirstTime(view: DataView, at: number): number {
  return view.getFloat64(at, true);
}

export function blockStale(view: DataView, at: number): number {
  return view.getUint32(at + 20, true);
}

/** Decodes the block at `at` into the columns from `out` on. */
export function decodeBlock(
  view: DataView,
  at: number,
  times: Float64Array,
  values: Float64Array,
  out: number,
): void {
  const count = view.getUint8(at + 24);
  const timeWidth = view.getUint8(at + 25);
  decodeTimes(view, at, count, timeWidth, times, out);
  decodeValues(view, at, count, at + HEADER + count * timeWidth, values, out);
}

function decodeTimes(
  view: DataView,
  at: number,
  count: number,
  width: number,
  times: Float64Array,
  out: number,
): void {
  const first = view.getFloat64(at, true);
  const step = view.getUint32(at + 16, true);
  const from = at + HEADER;
  if (width === 0) for (let i = 0; i < count; i++) times[out + i] = first + i * step;
  else if (width === 2)
    for (let i = 0; i < count; i++)
      times[out + i] = first + i * step + view.getInt16(from + 2 * i, true);
  else if (width === 4)
    for (let i = 0; i < count; i++)
      times[out + i] = first + i * step + view.getInt32(from + 4 * i, true);
  else for (let i = 0; i < count; i++) times[out + i] = view.getFloat64(from + 8 * i, true);
}

function decodeValues(
  view: DataView,
  at: number,
  count: number,
  from: number,
  values: Float64Array,
  out: number,
): void {
  const base = view.getFloat64(at + 8, true);
  const width = view.getUint8(at + 26);
  const power = POWERS[view.getUint8(at + 27)]!;
  if (width === 0) values.fill(base, out, out + count);
  else if (width === 1)
    for (let i = 0; i < count; i++) values[out + i] = (base + view.getUint8(from + i)) / power;
  else if (width === 2)
    for (let i = 0; i < count; i++)
      values[out + i] = (base + view.getUint16(from + 2 * i, true)) / power;
  else if (width === 4)
    for (let i = 0; i < count; i++)
      values[out + i] = (base + view.getUint32(from + 4 * i, true)) / power;
  else if (width === FLOAT32)
    for (let i = 0; i < count; i++) values[out + i] = view.getFloat32(from + 4 * i, true);
  else for (let i = 0; i < count; i++) values[out + i] = view.getFloat64(from + 8 * i, true);
}
