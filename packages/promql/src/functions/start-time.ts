/**
 * Whether a counter was started anew between two samples, by their start times (0: unknown).
 *
 * A start before the sample before is no reset. A start at it is one only where that sample's own start
 * is known and valid: a cumulative series of unknown start begins that way too.
 */
export function isStartReset(
  startBefore: number,
  timeBefore: number,
  start: number,
  time: number,
): boolean {
  if (start === 0 || start >= time || start < timeBefore) return false;
  if (start > timeBefore) return true;
  return startBefore !== 0 && startBefore < timeBefore;
}

/** Whether a sample claims to have started before the sample before it was taken, and apart from it. */
export function startOverlaps(startBefore: number, timeBefore: number, start: number): boolean {
  return start !== 0 && start < timeBefore && start !== startBefore;
}
