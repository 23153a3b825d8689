/** A finite float in its parts: fraction × 2^(exponent - 52), the fraction a whole number. */
interface Parts {
  readonly fraction: bigint;
  readonly exponent: number;
}

const bits = new DataView(new ArrayBuffer(8));

/** Digits behind the point that a float can fill: 52 bits. */
const most = 13;

function partsOf(size: number): Parts {
  bits.setFloat64(0, size);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  return biased === 0
    ? { fraction, exponent: -1022 }
    : { fraction: fraction | (1n << 52n), exponent: biased - 1023 };
}

/**
 * A size as Go's strconv writes it with the format `x`: 1.5 → `0x1.8p+00`. One digit stands before the
 * point, 1 but for zero.
 *
 * @param size finite, not negative
 * @param precision digits behind the point, a tie going to the even one; -1 for as many as there are
 */
export function formatHex(size: number, precision: number): string {
  let { exponent, fraction } = partsOf(size);
  if (fraction === 0n) exponent = 0;
  while (fraction !== 0n && fraction < 1n << 52n) {
    fraction <<= 1n;
    exponent -= 1;
  }
  if (precision >= 0 && precision < most) {
    const dropped = BigInt(4 * (most - precision));
    fraction = roundToEven(fraction, dropped) << dropped;
    if (fraction === 1n << 53n) {
      fraction >>= 1n;
      exponent += 1;
    }
  }
  const digits = (fraction & ((1n << 52n) - 1n)).toString(16).padStart(most, '0');
  const tail =
    precision < 0 ? digits.replace(/0+$/, '') : digits.padEnd(precision, '0').slice(0, precision);
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `0x${fraction >> 52n}${tail === '' ? '' : `.${tail}`}p${exponent < 0 ? '-' : '+'}${power}`;
}

/** Takes bits off the end of a number. */
function roundToEven(value: bigint, dropped: bigint): bigint {
  const kept = value >> dropped;
  const rest = value - (kept << dropped);
  const half = 1n << (dropped - 1n);
  return rest > half || (rest === half && kept % 2n === 1n) ? kept + 1n : kept;
}

/** A size as Go's strconv writes it with the format `b`, a whole number times a power of two. */
export function formatBinary(size: number): string {
  const { exponent, fraction } = partsOf(size);
  const power = exponent - 52;
  return `${fraction}p${power < 0 ? '' : '+'}${power}`;
}
