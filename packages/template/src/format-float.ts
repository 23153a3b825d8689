/** Significant digits of a number and where its point stands: 0.digits × 10^point. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/**
 * A float as Go's strconv.FormatFloat writes it (64 bits).
 *
 * NaN → `NaN`, infinities → `+Inf` and `-Inf`.
 *
 * @param format `e` 1.5e+06 · `f` 1500000 · `g` whichever is shorter
 * @param precision digits after the point (`e`, `f`) or significant digits (`g`); -1 for as few as
 *   identify the number
 */
export function formatFloat(value: number, format: 'e' | 'f' | 'g', precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + formatMagnitude(Math.abs(value), format, precision);
}

function formatMagnitude(value: number, format: 'e' | 'f' | 'g', precision: number): string {
  const shortest = precision < 0;
  const exact = shortest ? shortestDecimal(value) : exactDecimal(value);
  if (format === 'f') {
    const rounded = shortest ? exact : round(exact, exact.point + precision);
    return fixed(
      rounded,
      shortest ? Math.max(rounded.digits.length - rounded.point, 0) : precision,
    );
  }
  if (format === 'e') {
    const rounded = shortest ? exact : round(exact, precision + 1);
    return scientific(rounded, shortest ? rounded.digits.length - 1 : precision);
  }
  const significant = precision === 0 ? 1 : precision;
  const rounded = shortest ? exact : trimZeros(round(exact, significant));
  const exponent = rounded.digits === '' ? 0 : rounded.point - 1;
  const limit = shortest ? 6 : wideEnough(rounded, significant);
  if (exponent < -4 || exponent >= limit) {
    return scientific(rounded, Math.max(rounded.digits.length - 1, 0));
  }
  return fixed(rounded, Math.max(rounded.digits.length - rounded.point, 0));
}

const wideEnough = ({ digits, point }: Decimal, precision: number): number =>
  precision > digits.length && digits.length >= point ? Math.max(digits.length, 1) : precision;

function shortestDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

const bits = new DataView(new ArrayBuffer(8));

/** All decimal digits of a float: a power of two has finitely many. */
function exactDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const digits = scaled.toString();
  return trimZeros({ digits, point: digits.length + Math.min(exponent, 0) });
}

const trimZeros = ({ digits, point }: Decimal): Decimal => ({
  digits: digits.replace(/0+$/, ''),
  point,
});

/** To a number of significant digits; a tie goes to the even digit. */
function round({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: '', point: 0 };
  const next = digits.charCodeAt(count) - 48;
  const isTie = next === 5 && digits.length === count + 1;
  const isOdd = count > 0 && digits.charCodeAt(count - 1) % 2 === 1;
  const kept = digits.slice(0, count);
  if (next < 5 || (isTie && !isOdd)) return { digits: kept, point };
  const carried = (BigInt(kept === '' ? '0' : kept) + 1n).toString();
  return { digits: carried.padStart(count, '0'), point: point + (carried.length > count ? 1 : 0) };
}

function fixed({ digits, point }: Decimal, decimals: number): string {
  const padded = point > 0 ? digits.padEnd(point, '0') : digits;
  const whole = point > 0 ? padded.slice(0, point) : '0';
  if (decimals === 0) return whole;
  const fraction = '0'.repeat(Math.max(-point, 0)) + padded.slice(Math.max(point, 0));
  return `${whole}.${fraction.padEnd(decimals, '0').slice(0, decimals)}`;
}

function scientific({ digits, point }: Decimal, decimals: number): string {
  const exponent = digits === '' ? 0 : point - 1;
  const head = digits[0] ?? '0';
  const tail = digits.slice(1).padEnd(decimals, '0').slice(0, decimals);
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${head}${decimals > 0 ? `.${tail}` : ''}e${exponent < 0 ? '-' : '+'}${size}`;
}
