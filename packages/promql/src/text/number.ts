/**
 * Reads a number as PromQL writes it: decimal, exponent, hexadecimal (`0xff`), octal (`017`),
 * underscores between digits, `Inf`, `NaN`, an optional sign.
 *
 * @returns the value, or `undefined` where the text is no number
 */
export function parseNumber(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text;
  const lower = body.toLowerCase();
  if (lower === 'inf' || lower === 'infinity') return sign * Number.POSITIVE_INFINITY;
  if (lower === 'nan') return Number.NaN;
  const plain = body.replaceAll('_', '');
  if (/^0x[0-9a-f]+$/i.test(plain)) {
    // Go reads hexadecimal digits as an integer of 64 bits, or not at all.
    const integer = BigInt(plain);
    return integer < 2n ** 63n ? sign * Number(integer) : undefined;
  }
  if (/^0[0-7]+$/.test(plain)) return sign * Number.parseInt(plain, 8);
  if (!/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)) return undefined;
  return sign * Number(plain);
}

/**
 * Prints the value of a sample as Prometheus' HTTP API does: like {@link formatValue}, but with an exponent below 1e-6 and
 * from 1e21 on. Scalars have none there.
 */
export function formatSample(value: number): string {
  const size = Math.abs(value);
  return size >= 1e-6 && size < 1e21 ? formatValue(value) : formatShort(value, 21);
}

/**
 * Prints a float as Prometheus does in its texts: `NaN`, `+Inf`, `-Inf`, else the shortest decimal that
 * reads back the same, without an exponent (Go's format 'f' with precision -1).
 */
export function formatValue(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (!Number.isFinite(value)) return nonFinite(value);
  const text = String(value);
  return text.includes('e') ? expand(text) : text;
}

/** Prints a float as Go's `%g` and `%v` do: with an exponent below 1e-4 and from 1e6 (or another power of ten) on. */
export function formatShort(value: number, largeExponent = 6): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (!Number.isFinite(value)) return nonFinite(value);
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < largeExponent) return formatValue(value);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function expand(text: string): string {
  const [mantissa = '', exponentText = '0'] = text.split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const exponent = Number(exponentText);
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const sign = negative ? '-' : '';
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
