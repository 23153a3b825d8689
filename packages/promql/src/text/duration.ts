import { PromQLError } from '../error.ts';

/** A point in time or a length of time, in milliseconds since the epoch or apart. */
export type Millis = number;

const UNITS: readonly (readonly [unit: string, ms: number, exactOnly: boolean])[] = [
  // Weeks and years are written only where they fit exactly, as Prometheus prints them.
  ['y', 365 * 86_400_000, true],
  ['w', 7 * 86_400_000, true],
  ['d', 86_400_000, false],
  ['h', 3_600_000, false],
  ['m', 60_000, false],
  ['s', 1_000, false],
  ['ms', 1, false],
];

const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** The longest duration Prometheus can hold: 2^63 nanoseconds. */
const MAX_MS = 9_223_372_036_854;

/**
 * Reads a Prometheus duration: `1h30m`, `500ms`, `0`. Units go from large to small, each at most once.
 *
 * @returns milliseconds
 * @throws PromQLError `parse` where the text is no duration or is out of range
 */
export function parseDuration(text: string): Millis {
  if (text === '0') return 0;
  const parts = DURATION.exec(text);
  if (text === '' || parts === null) throw badDuration(`not a valid duration string: "${text}"`);
  let ms = 0;
  UNITS.forEach(([, size], i) => {
    ms += Number(parts[i + 1] ?? 0) * size;
  });
  if (ms > MAX_MS) throw badDuration('duration out of range');
  return ms;
}

/** Prints milliseconds as a Prometheus duration; negative ones with a leading minus. */
export function formatDuration(ms: Millis): string {
  let rest = Math.trunc(Math.abs(ms));
  if (rest === 0) return '0s';
  let text = ms < 0 ? '-' : '';
  for (const [unit, size, exactOnly] of UNITS) {
    if (exactOnly && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

function badDuration(message: string): PromQLError {
  return new PromQLError('parse', message);
}
