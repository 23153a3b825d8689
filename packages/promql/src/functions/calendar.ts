/*
 * Functions of a point in time given in seconds since the epoch, in UTC. Seconds are those of Go's time.Unix, an integer
 * of 64 bits: what is none (NaN, infinities, whatever is beyond) is its least value, which wraps around to 2^63.
 */

const DAY = 86_400;
/** 1 March of the year -292277022400, where Go's time begins: what is before wraps around. */
const FIRST_SECOND = -9_223_372_028_741_760_000n;

interface Moment {
  /** Since 1970-01-01. */
  readonly days: number;
  readonly secondOfDay: number;
}

interface CivilDate {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

export const CALENDAR: ReadonlyMap<string, (seconds: number) => number> = new Map<
  string,
  (seconds: number) => number
>(
  Object.entries({
    day_of_month: (seconds: number) => civilDate(momentOf(seconds).days).day,
    day_of_week: (seconds: number) => modulo(momentOf(seconds).days + 4, 7),
    day_of_year: (seconds: number) => {
      const { days } = momentOf(seconds);
      return days - daysOf({ year: civilDate(days).year, month: 1, day: 1 }) + 1;
    },
    days_in_month: (seconds: number) => {
      const { year, month } = civilDate(momentOf(seconds).days);
      const next = month === 12 ? { year: year + 1, month: 1 } : { year, month: month + 1 };
      return daysOf({ ...next, day: 1 }) - daysOf({ year, month, day: 1 });
    },
    hour: (seconds: number) => Math.floor(momentOf(seconds).secondOfDay / 3_600),
    minute: (seconds: number) => Math.floor((momentOf(seconds).secondOfDay % 3_600) / 60),
    month: (seconds: number) => civilDate(momentOf(seconds).days).month,
    year: (seconds: number) => civilDate(momentOf(seconds).days).year,
  }),
);

function momentOf(value: number): Moment {
  const seconds = Math.trunc(value);
  if (!Number.isSafeInteger(seconds)) return distantMoment(value);
  const days = Math.floor(seconds / DAY);
  return { days, secondOfDay: seconds - days * DAY };
}

/** A moment whose seconds a float cannot be reckoned with exactly. */
function distantMoment(value: number): Moment {
  const fits = value >= -(2 ** 63) && value < 2 ** 63;
  let seconds = fits ? BigInt(value) : -(2n ** 63n);
  if (seconds < FIRST_SECOND) seconds += 2n ** 64n;
  const rest = ((seconds % 86_400n) + 86_400n) % 86_400n;
  return { days: Number((seconds - rest) / 86_400n), secondOfDay: Number(rest) };
}

const ERA_DAYS = 146_097;

/** Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days. Years begin in March there. */
function civilDate(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / ERA_DAYS);
  const dayOfEra = shifted - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

/** The same source, days_from_civil. */
function daysOf({ year, month, day }: CivilDate): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const fromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = Math.floor((153 * fromMarch + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * ERA_DAYS + dayOfEra - 719_468;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
