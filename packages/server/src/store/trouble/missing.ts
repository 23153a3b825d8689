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
  let names = false;
  for (const { table, day } of setAside) {
    if (table === 'series') names = true;
    if (table !== 'samples' || day === null) continue;
    if (day <= range.to && day + DAY_MS > range.from)
      days.add(new Date(day).toISOString().slice(0, 10));
  }
  return [
    ...[...days].sort().map((day) => `samples of ${day} may be missing: ${TO_DO}`),
    ...(names ? [`series may be missing: ${TO_DO}`] : []),
  ];
}
