import type { Reading } from '../api/overview.ts';
import { formatClock, formatDuration } from '../format-time.ts';
import { ageOf } from '../use-freshness.ts';
import { useNow } from '../use-now.ts';

/** "as of 14:03:22, 4 s ago". Not announced: it changes every second. */
export function DataAge({ reading }: { readonly reading: Reading }) {
  const now = useNow(1_000);
  const { at } = reading.overview;
  return (
    <time dateTime={new Date(at).toISOString()}>
      as of {formatClock(at)}, {formatDuration(ageOf(reading, now))} ago
    </time>
  );
}
