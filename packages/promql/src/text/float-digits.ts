/*
 * The shortest decimal that reads back as the same float, as digits. Engines print floats well, but one
 * string at a time; an answer of a million samples spends most of its time there.
 *
 * The float times a power of ten that makes it a number of 16 digits is computed exactly, as an integer
 * and a fraction (T. J. Dekker, "A Floating-Point Technique for Extending the Available Precision",
 * 1971). Whatever lies less than half a unit in the last place away reads back as the float: first the
 * nearest number of 15 digits is tried, then of 16; with 17 the nearest one always does. Cases too close
 * to call are left to the caller.
 */

const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const SPLITTER = 134_217_729; // 2^27 + 1
const HALF = 1e8;

const POWERS_HIGH = POWERS.map((power) => SPLITTER * power - (SPLITTER * power - power));
const POWERS_LOW = POWERS.map((power, i) => power - POWERS_HIGH[i]!);

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const HIGH_WORD = LITTLE_ENDIAN ? 1 : 0;

/** How near to a tie a case is too close to call. */
const MARGIN = 1e-6;

/** The digits of a float, found again by each call of {@link findDigits}. */
export const found = {
  /** The digits, most significant first. */
  digits: new Uint8Array(17),
  length: 0,
  /** The value is 0.d1d2d3… times ten to this power. */
  exponent: 0,
};

/** @returns whether {@link found} now has the digits; if not, another way has to be taken */
export function findDigits(value: number): boolean {
  if (!(value >= 1e-5 && value < 1e15)) return false;
  float[0] = value;
  const high = words[HIGH_WORD]!;
  // At a power of two the floats below are closer than those above.
  if ((high & 0xfffff) === 0 && words[1 - HIGH_WORD] === 0) return false;
  let exponent = value >= 1 ? 1 : 0;
  if (value >= 1) while (value >= POWERS[exponent]!) exponent++;
  else while (value * POWERS[1 - exponent]! < 1) exponent--;
  const k = 16 - exponent;
  const power = POWERS[k]!;
  words[HIGH_WORD] = ((high >>> 20) - 53) << 20;
  words[1 - HIGH_WORD] = 0;
  const halfUnit = float[0] * power;

  const product = value * power;
  const valueHigh = SPLITTER * value - (SPLITTER * value - value);
  const valueLow = value - valueHigh;
  const powerHigh = POWERS_HIGH[k]!;
  const powerLow = POWERS_LOW[k]!;
  const error =
    valueHigh * powerHigh -
    product +
    valueHigh * powerLow +
    valueLow * powerHigh +
    valueLow * powerLow;
  const whole = Math.floor(product);
  let upper = Math.floor(whole / HALF);
  let lower = whole - upper * HALF;
  let fraction = product - whole + error;
  const carried = Math.floor(fraction);
  fraction -= carried;
  lower += carried;

  const last = lower % 10;
  const down15 = last + fraction < 5;
  const to15 = down15 ? last + fraction : 10 - last - fraction;
  const to16 = Math.min(fraction, 1 - fraction);
  if (isClose(to15, halfUnit) || isClose(to16, halfUnit)) return false;
  if (Math.abs(fraction - 0.5) < MARGIN) return false;
  let extra = 0;
  if (to15 < halfUnit) {
    lower += down15 ? -last : 10 - last;
  } else if (to16 < halfUnit) {
    lower += fraction < 0.5 ? 0 : 1;
  } else {
    const tenth = fraction * 10;
    if (Math.abs(tenth - Math.floor(tenth) - 0.5) < MARGIN * 10) return false;
    extra = Math.round(tenth);
    if (extra === 10) {
      extra = 0;
      lower += 1;
    }
  }
  if (lower < 0) {
    lower += HALF;
    upper -= 1;
  } else if (lower >= HALF) {
    lower -= HALF;
    upper += 1;
  }
  if (upper >= HALF || upper < HALF / 10) return false;
  write(upper, lower, extra);
  found.exponent = exponent;
  return true;
}

function isClose(distance: number, halfUnit: number): boolean {
  return Math.abs(distance - halfUnit) <= MARGIN * halfUnit;
}

function write(upper: number, lower: number, extra: number): void {
  const { digits } = found;
  let rest = upper | 0;
  for (let i = 7; i >= 0; i--) {
    const next = (rest / 10) | 0;
    digits[i] = rest - next * 10;
    rest = next;
  }
  rest = lower | 0;
  for (let i = 15; i >= 8; i--) {
    const next = (rest / 10) | 0;
    digits[i] = rest - next * 10;
    rest = next;
  }
  digits[16] = extra;
  let length = 17;
  while (length > 1 && digits[length - 1] === 0) length--;
  found.length = length;
}
