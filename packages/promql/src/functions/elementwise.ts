/** Round half up, to a multiple of `nearest`. */
export function roundTo(value: number, nearest: number): number {
  // The inverse loses less than dividing and multiplying by the step itself.
  const inverse = 1 / nearest;
  return Math.floor(value * inverse + 0.5) / inverse;
}

/** Functions of one float that know nothing else; histograms are dropped by them. */
export const ELEMENTWISE: ReadonlyMap<string, (value: number) => number> = new Map<
  string,
  (value: number) => number
>(
  Object.entries({
    abs: Math.abs,
    acos: Math.acos,
    acosh: Math.acosh,
    asin: Math.asin,
    asinh: Math.asinh,
    atan: Math.atan,
    atanh: Math.atanh,
    ceil: Math.ceil,
    cos: Math.cos,
    cosh: Math.cosh,
    deg: (value: number) => (value * 180) / Math.PI,
    exp: Math.exp,
    floor: Math.floor,
    ln: Math.log,
    log10: Math.log10,
    log2: Math.log2,
    rad: (value: number) => (value * Math.PI) / 180,
    sgn: (value: number) => (value < 0 ? -1 : value > 0 ? 1 : value),
    sin: Math.sin,
    sinh: Math.sinh,
    sqrt: Math.sqrt,
    tan: Math.tan,
    tanh: Math.tanh,
  }),
);

/** Go's `math.Max` and `math.Min`: an infinity on their side wins over NaN. */
export function goMax(a: number, b: number): number {
  const top = Number.POSITIVE_INFINITY;
  return a === top || b === top ? top : Math.max(a, b);
}

export function goMin(a: number, b: number): number {
  const bottom = Number.NEGATIVE_INFINITY;
  return a === bottom || b === bottom ? bottom : Math.min(a, b);
}
