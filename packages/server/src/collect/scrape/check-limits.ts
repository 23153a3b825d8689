import type { Labels } from '@bellwether/promql';
import type { SeriesLimits } from './job-settings.ts';

/**
 * Checks a series, its name counted as a label, against the limits of its job.
 * @throws Error with Prometheus' name of the limit, the metric, what it has and what it may have.
 */
export function checkLabelLimits(labels: Labels, limits: SeriesLimits): void {
  const metric = labels['__name__'] ?? '';
  const entries = Object.entries(labels);
  if (limits.labels > 0 && entries.length > limits.labels)
    throw new Error(
      `label_limit exceeded (metric: ${clip(metric)}, number of labels: ${entries.length}, limit: ${limits.labels})`,
    );
  if (limits.labelNameLength === 0 && limits.labelValueLength === 0) return;
  for (const [name, value] of entries) {
    const nameBytes = Buffer.byteLength(name);
    if (limits.labelNameLength > 0 && nameBytes > limits.labelNameLength)
      throw new Error(
        `label_name_length_limit exceeded (metric: ${clip(metric)}, label name: ${clip(name)}, length: ${nameBytes}, limit: ${limits.labelNameLength})`,
      );
    const valueBytes = Buffer.byteLength(value);
    if (limits.labelValueLength > 0 && valueBytes > limits.labelValueLength)
      throw new Error(
        `label_value_length_limit exceeded (metric: ${clip(metric)}, label name: ${clip(name)}, value: ${clip(value)}, length: ${valueBytes}, limit: ${limits.labelValueLength})`,
      );
  }
}

/** Enough to find it by; the whole of a label that is too long would fill the log. */
function clip(text: string): string {
  return JSON.stringify(text.length > 50 ? `${text.slice(0, 50)}…` : text);
}
