const SPECIAL = /^(?:[+-]?inf(?:inity)?|nan)$/i;
const DECIMAL = /^[+-]?(?:D(?:\.D?)?|\.D)(?:e[+-]?D)?$/.source.replaceAll(
  'D',
  '(?:\\d+(?:_\\d+)*)',
);
const HEXADECIMAL = /^[+-]?0x_?(H)?(?:\.(H)?)?p([+-]?\d+(?:_\d+)*)$/.source.replaceAll(
  'H',
  '[0-9a-f]+(?:_[0-9a-f]+)*',
);
const decimal = new RegExp(DECIMAL, 'i');
const hexadecimal = new RegExp(HEXADECIMAL, 'i');

/**
 * Reads a float as Go's `strconv.ParseFloat` does, by which label values like `le` are numbers or not: decimal,
 * hexadecimal with an exponent (`0x1p-2`), `Inf`, `NaN`, underscores between digits.
 *
 * @returns `undefined` where the text is no float, or one beyond all floats
 */
export function parseGoFloat(text: string): number | undefined {
  if (SPECIAL.test(text)) {
    if (/^nan$/i.test(text)) return Number.NaN;
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const plain = text.replaceAll('_', '');
  const value = decimal.test(text) ? Number(plain) : hexFloat(text);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function hexFloat(text: string): number | undefined {
  const parts = hexadecimal.exec(text);
  if (parts === null) return undefined;
  const [whole, fraction, exponent] = parts.slice(1).map((part = '') => part.replaceAll('_', ''));
  if (whole === '' && fraction === '') return undefined;
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  const value = scaled(mantissa, Number(exponent) - 4 * fraction!.length);
  return text.startsWith('-') ? -value : value;
}

/** `mantissa * 2 ** power`, also where the power alone is no float. */
function scaled(mantissa: number, power: number): number {
  const step = Math.max(-1_000, Math.min(1_000, power));
  if (mantissa === 0 || mantissa === Number.POSITIVE_INFINITY || step === power)
    return mantissa * 2 ** step;
  return scaled(mantissa * 2 ** step, power - step);
}
