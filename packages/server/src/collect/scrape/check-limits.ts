import { isLongerThan, LABEL_LIMITS } from '@bellwether/formats';
import type { Labels } from '@bellwether/promql';
import type { SeriesLimits } from './job-settings.ts';

/**
 * Checks a series, its name counted as a label, against the limits of its job, and against those that hold for all series
 * where the job sets none, or higher ones.
 * @throws Error with Prometheus' name of the limit, the metric, what it has and what it may have.
 */
export function checkLabelLimits(labels: Labels, limits: SeriesLimits): void {
  const metric = labels['__name__'] ?? '';
  const entries = Object.entries(labels);
  const most = lower(limits.labels, LABEL_LIMITS.count);
  const longestName = lower(limits.labelNameLength, LABEL_LIMITS.nameBytes);
  const longestValue = lower(limits.labelValueLength, LABEL_LIMITS.valueBytes);
  if (entries.length > most)
    throw new Error(
      `label_limit exceeded (metric: ${clip(metric)}, number of labels: ${entries.length}, limit: ${most})`,
    );
  for (const [name, value] of entries) {
    if (isLongerThan(name, longestName))
      throw new Error(
        `label_name_length_limit exceeded (metric: ${clip(metric)}, label name: ${clip(name)}, length: ${Buffer.byteLength(name)}, limit: ${longestName})`,
      );
    if (isLongerThan(value, longestValue))
      throw new Error(
        `label_value_length_limit exceeded (metric: ${clip(metric)}, label name: ${clip(name)}, value: ${clip(value)}, length: ${Buffer.byteLength(value)}, limit: ${longestValue})`,
      );
  }
}

/** @param own Of the job; 0 is none. */
function lower(own: number, ofAll: number): number {
  return own > 0 ? Math.min(own, ofAll) : ofAll;
}

/** Enough to find it by; the whole of a label that is too long would fill the log. */
function clip(text: string): string {
  return JSON.stringify(text.length > 50 ? `${text.slice(0, 50)}…` : text);
}
