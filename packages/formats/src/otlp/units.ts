/**
 * Units of OpenTelemetry (UCUM) in Prometheus' words.
 * Source: OpenTelemetry specification, "Prometheus and OpenMetrics compatibility"; prometheus/otlptranslator.
 */
const UNITS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tibibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  '1': '',
  '%': 'percent',
};

/** What stands behind "per", in the singular. */
const PER_UNITS: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
};

/** `By/s` as `{ main: 'bytes', per: 'per_second' }`. Units in braces, like `{request}`, only annotate and are left out. */
export function unitWords(unit: string): { main: string; per: string } {
  const slash = unit.indexOf('/');
  const main = word(slash < 0 ? unit : unit.slice(0, slash), UNITS);
  const per = slash < 0 ? '' : word(unit.slice(slash + 1), PER_UNITS);
  return { main, per: per === '' ? '' : `per_${per}` };
}

/** A unit's words as one, for metadata: `By/s` is `bytes_per_second`. */
export function unitName(unit: string): string {
  const { main, per } = unitWords(unit);
  return [main, per]
    .map(plainWord)
    .filter((part) => part !== '')
    .join('_');
}

/** Of letters, digits, colons and single underscores, with none at the ends. */
export function plainWord(text: string): string {
  return text
    .replace(/[^a-zA-Z0-9:]+/g, '_')
    .replace(/^_/, '')
    .replace(/_$/, '');
}

function word(text: string, words: Readonly<Record<string, string>>): string {
  const unit = text.trim();
  if (unit === '' || /[{}]/.test(unit)) return '';
  return Object.hasOwn(words, unit) ? words[unit]! : unit;
}
