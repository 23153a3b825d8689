/**
 * A stretch of up to 32 samples of one series, as small as its numbers allow and quick to read: no bit streams, every
 * number stands in whole bytes at a width chosen for the block.
 *
 * ```
 *  0  f64  first time (Unix ms)
 *  8  f64  value base
 * 16  u32  step between times
 * 20  u8   samples; 128 is added where stale markers follow
 * 21  u8   width of a time: 0, 2, 4 or 8 bytes
 * 22  u8   width of a value: 0, 1, 2, 4 or 8 bytes; 5 for a float of 4 bytes; 16 is added where values rise
 * 23  u8   decimals: a value is number / 10^decimals
 * 24  u32  stale markers, a bit each, where there are any
 * 24 or 28  times, then values
 * ```
 * A time is first + i · step + a signed deviation of 0, 2 or 4 bytes; 8 bytes are the time itself. A number is the base
 * plus an unsigned one of 0, 1, 2 or 4 bytes, or, where values rise, the number before plus that; 5 and 8 are the value
 * itself. What is read is, bit for bit, what was written, but for the bits within a NaN.
 */
export const BLOCK_SAMPLES = 32;

const HEADER = 24;
const HAS_STALE = 0x80;
const FLOAT32 = 5;
const RISES = 0x10;
const MOST_DECIMALS = 4;
const POWERS = [1, 10, 100, 1000, 10_000];

const scratch = new Uint8Array(HEADER + 4 + 16 * BLOCK_SAMPLES);
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
  scratch[20] = stale === 0 ? count : count | HAS_STALE;
  scratchView.setUint32(HEADER, stale, true);
  const valuesAt = encodeTimes(times, from, count, stale === 0 ? HEADER : HEADER + 4);
  const end = encodeValues(values, from, count, valuesAt);
  return scratch.subarray(0, end);
}

function encodeTimes(times: Float64Array, from: number, count: number, start: number): number {
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
  scratch[21] = width;
  let at = start;
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
  if (decimals >= 0) {
    const end = encodeWhole(count, decimals, start);
    if (end > 0) return end;
  }
  let isFloat32 = true;
  for (let i = 0; i < count && isFloat32; i++)
    isFloat32 = Object.is(Math.fround(values[from + i]!), values[from + i]!);
  let at = putValues(0, isFloat32 ? FLOAT32 : 8, 0, start);
  for (let i = 0; i < count; i++, at += isFloat32 ? 4 : 8) {
    if (isFloat32) scratchView.setFloat32(at, values[from + i]!, true);
    else scratchView.setFloat64(at, values[from + i]!, true);
  }
  return at;
}

/** Encodes what is in `whole`; 0 when eight bytes would be needed for a number. */
function encodeWhole(count: number, decimals: number, start: number): number {
  let low = whole[0]!;
  let high = low;
  let [least, most] = [Infinity, 0];
  for (let i = 1; i < count; i++) {
    const number = whole[i]!;
    if (number < low) low = number;
    else if (number > high) high = number;
    const rise = number - whole[i - 1]!;
    if (rise < least) least = rise;
    if (rise > most) most = rise;
  }
  const apart = widthOf(high - low);
  const rising = least >= 0 ? widthOf(most) : 8;
  const width = Math.min(apart, rising);
  if (width === 8) return 0;
  const rises = rising < apart;
  let at = putValues(rises ? whole[0]! : low, rises ? width | RISES : width, decimals, start);
  let before = whole[0]!;
  for (let i = 0; i < count; i++, at += width) {
    const number = whole[i]! - (rises ? before : low);
    before = whole[i]!;
    if (width === 1) scratch[at] = number;
    else if (width === 2) scratchView.setUint16(at, number, true);
    else scratchView.setUint32(at, number, true);
  }
  return at;
}

function widthOf(number: number): number {
  return number < 0x100 ? 1 : number < 0x10000 ? 2 : number < 0x100000000 ? 4 : 8;
}

function putValues(base: number, width: number, decimals: number, at: number): number {
  scratchView.setFloat64(8, base, true);
  scratch[22] = width;
  scratch[23] = decimals;
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

/** How many bytes the block at `at` takes. */
export function blockBytes(bytes: Uint8Array, at: number): number {
  const width = bytes[at + 22]! & ~RISES;
  const each = bytes[at + 21]! + (width === FLOAT32 ? 4 : width);
  return headerBytes(bytes[at + 20]!) + blockSamples(bytes, at) * each;
}

export function blockSamples(bytes: Uint8Array, at: number): number {
  return bytes[at + 20]! & ~HAS_STALE;
}

export function blockFirstTime(view: DataView, at: number): number {
  return view.getFloat64(at, true);
}

export function blockLastTime(view: DataView, at: number): number {
  const samples = view.getUint8(at + 20);
  const i = (samples & ~HAS_STALE) - 1;
  return timeOf(view, at, at + headerBytes(samples), view.getUint8(at + 21), i);
}

function timeOf(view: DataView, at: number, from: number, width: number, i: number): number {
  if (width === 8) return view.getFloat64(from + 8 * i, true);
  const even = view.getFloat64(at, true) + i * view.getUint32(at + 16, true);
  if (width === 2) return even + view.getInt16(from + 2 * i, true);
  return width === 4 ? even + view.getInt32(from + 4 * i, true) : even;
}

export function blockStale(view: DataView, at: number): number {
  return (view.getUint8(at + 20) & HAS_STALE) === 0 ? 0 : view.getUint32(at + HEADER, true);
}

/** Decodes the block at `at` into the columns from `out` on. */
export function decodeBlock(
  view: DataView,
  at: number,
  times: Float64Array,
  values: Float64Array,
  out: number,
): void {
  const samples = view.getUint8(at + 20);
  const count = samples & ~HAS_STALE;
  const from = at + headerBytes(samples);
  decodeTimes(view, at, from, count, times, out);
  decodeValues(view, at, from + count * view.getUint8(at + 21), count, values, out);
}

function headerBytes(samples: number): number {
  return (samples & HAS_STALE) === 0 ? HEADER : HEADER + 4;
}

function decodeTimes(
  view: DataView,
  at: number,
  from: number,
  count: number,
  times: Float64Array,
  out: number,
): void {
  const first = view.getFloat64(at, true);
  const step = view.getUint32(at + 16, true);
  const width = view.getUint8(at + 21);
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
  from: number,
  count: number,
  values: Float64Array,
  out: number,
): void {
  const base = view.getFloat64(at + 8, true);
  const width = view.getUint8(at + 22);
  const power = POWERS[view.getUint8(at + 23)]!;
  if ((width & RISES) !== 0)
    decodeRising(view, from, count, width & ~RISES, base, power, values, out);
  else if (width === 0) values.fill(base, out, out + count);
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

function decodeRising(
  view: DataView,
  from: number,
  count: number,
  width: number,
  base: number,
  power: number,
  values: Float64Array,
  out: number,
): void {
  let number = base;
  for (let i = 0; i < count; i++) {
    if (width === 1) number += view.getUint8(from + i);
    else if (width === 2) number += view.getUint16(from + 2 * i, true);
    else number += view.getUint32(from + 4 * i, true);
    values[out + i] = number / power;
  }
}
