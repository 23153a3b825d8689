const unitMs: Readonly<Record<string, number>> = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** Go counts nanoseconds in 63 bits. */
const maxMs = 9_223_372_036_854;

const grammar = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/**
 * A duration of Prometheus such as `1h30m`, in milliseconds. A template may have a minus before it.
 * The template package knows no PromQL, so it has its own reading of this small grammar.
 * @throws Error with Prometheus' wording
 */
export function durationMs(text: string): number {
  const negative = text.startsWith('-');
  const size = negative ? text.slice(1) : text;
  if (size === '0') return 0;
  const match = grammar.exec(size);
  if (match === null || match[0] === '' || match.some((part) => Number(part) >= 2 ** 63)) {
    throw new Error(
      size === '' ? 'empty duration string' : `not a valid duration string: "${text}"`,
    );
  }
  const units = Object.keys(unitMs);
  const ms = units.reduce(
    (sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unitMs[unit]!,
    0,
  );
  if (ms > maxMs) throw new Error('duration out of range');
  return negative ? -ms : ms;
}
