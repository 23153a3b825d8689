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

/** Functions of a point in time given in seconds since the epoch, in UTC. */
export const CALENDAR: ReadonlyMap<string, (seconds: number) => number> = new Map<
  string,
  (seconds: number) => number
>(
  Object.entries({
    day_of_month: (seconds: number) => date(seconds).getUTCDate(),
    day_of_week: (seconds: number) => date(seconds).getUTCDay(),
    day_of_year: (seconds: number) => {
      const at = date(seconds);
      const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
      return (midnight - startOfYear(at.getUTCFullYear())) / 86_400_000 + 1;
    },
    days_in_month: (seconds: number) => {
      const at = date(seconds);
      return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
    },
    hour: (seconds: number) => date(seconds).getUTCHours(),
    minute: (seconds: number) => date(seconds).getUTCMinutes(),
    month: (seconds: number) => date(seconds).getUTCMonth() + 1,
    year: (seconds: number) => date(seconds).getUTCFullYear(),
  }),
);

function date(seconds: number): Date {
  return new Date(Math.trunc(seconds) * 1000);
}

function startOfYear(year: number): number {
  return Date.UTC(year, 0, 1);
}
