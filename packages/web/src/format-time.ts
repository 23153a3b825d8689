/** Times are shown in the reader's zone, by a clock of 24 hours; all arguments are Unix milliseconds. */

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const hourAndMinute = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** 14:03:22 */
export const formatClock = (at: number) => clock.format(at);

/** 14:03 */
export const formatHourMinute = (at: number) => hourAndMinute.format(at);

/** 22 Nov */
export const formatDay = (at: number) => dayAndMonth.format(at);

/** 14:03 on the day of `now`, else 22 Nov, 14:03. */
export function formatMoment(at: number, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return sameDay ? formatHourMinute(at) : `${formatDay(at)}, ${formatHourMinute(at)}`;
}

/** How long something took or has lasted, in its two largest units: 4 s, 3 min, 2 h 5 min, 3 d 4 h. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(hours, 'h', minutes % 60, 'min');
  return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;
}
