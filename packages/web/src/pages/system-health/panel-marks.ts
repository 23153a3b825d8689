import type { Panel } from '@bellwether/server/api';
import type { Mark } from '../../chart/y-range.ts';
import { formatBound } from '../../format.ts';

/**
 * The bounds drawn across a panel's line: where its state turns, and a constant it is compared with.
 * A comparison that is a bound too gives that bound its name ("objective" says more than "warning").
 */
export function marksOf({ thresholds, comparison, unit }: Panel): Mark[] {
  const constant = comparison !== null && comparison.expr === null ? comparison : null;
  const mark = (value: number | null, tone: Mark['tone'], label: string): Mark[] =>
    value === null
      ? []
      : [
          {
            value,
            tone,
            label: `${label} ${formatBound(value, unit)}`,
            side: thresholds.direction,
          },
        ];
  const named = (value: number | null, fallback: string) =>
    constant !== null && constant.value === value && constant.label !== 'threshold'
      ? constant.label
      : fallback;
  const { warning, critical } = thresholds;
  const isBound = constant?.value === warning || constant?.value === critical;
  return [
    ...mark(warning, 'warning', named(warning, 'warning')),
    ...mark(critical, 'critical', named(critical, 'critical')),
    ...(constant === null || isBound ? [] : mark(constant.value, 'neutral', constant.label)),
  ];
}
