import type { Millis } from '@bellwether/promql';
import type { SetAsidePart } from './store-watch.ts';

const DAY_MS = 86_400_000;
const TO_DO = 'damaged parts of the store were set aside, see docs/storage.md';

/** What a query over a span of time has to be warned of, because parts of the store were set aside. */
export function missingWithin(
  setAside: readonly SetAsidePart[],
  range: { readonly from: Millis; readonly to: Millis },
): string[] {
  const days = new Set<string>();
  const labels = new Set<string>();
  for (const { table, day } of setAside) {
    if (table.startsWith('series')) labels.add(table);
    if (!table.startsWith('samples') || day === null) continue;
    if (day <= range.to && day + DAY_MS > range.from)
      days.add(new Date(day).toISOString().slice(0, 10));
  }
  return [
    ...[...days].sort().map((day) => `samples of ${day} may be missing: ${TO_DO}`),
    // Where one of their two tables is whole, it has what the other lost.
    ...(labels.size === 2 ? [`series may be missing: ${TO_DO}`] : []),
  ];
}
