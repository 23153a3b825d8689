import { parseDuration } from '@bellwether/promql';
import { z } from 'zod';

/** `bellwether.yaml`. Keys that Prometheus has too mean what they mean there. Durations are Prometheus' (`15s`, `1h30m`). */

const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  try {
    const ms = parseDuration(String(value));
    if (ms > 0) return ms;
  } catch {
    // falls through to the one message below
  }
  context.addIssue({
    code: 'custom',
    message: `"${value}" is not a duration; write a number with a unit, like 15s, 5m or 1h30m`,
  });
  return z.NEVER;
});

const labels = z.record(
  z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'is not a label name: letters, digits and _ only'),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);

const staticConfig = z.strictObject({
  targets: z.array(z.string().min(1)),
  labels: labels.optional(),
});

const scrapeConfig = z.strictObject({
  job_name: z.string().min(1),
  scrape_interval: duration.optional(),
  scrape_timeout: duration.optional(),
  metrics_path: z.string().startsWith('/').default('/metrics'),
  scheme: z.enum(['http', 'https']).default('http'),
  honor_labels: z.boolean().default(false),
  honor_timestamps: z.boolean().default(true),
  params: z.record(z.string(), z.array(z.string())).default({}),
  sample_limit: z.number().int().min(0).default(0),
  static_configs: z.array(staticConfig).default([]),
});

const ratio = z.number().min(0).max(1);

/** Document B, section 5: the thresholds at which a panel of the health page turns yellow and red. */
const objectives = z.strictObject({
  error_ratio_warning: ratio.default(0.02),
  error_ratio_critical: ratio.default(0.05),
  latency_p95_seconds: z.number().positive().default(0.5),
  accuracy_warning: ratio.default(0.85),
  accuracy_critical: ratio.default(0.7),
});

export const configSchema = z.strictObject({
  server: z
    .strictObject({
      listen: z
        .string()
        .regex(/^.*:\d{1,5}$/, 'must be host:port, like 127.0.0.1:2355')
        .default('127.0.0.1:2355'),
      external_url: z.url().optional(),
    })
    .prefault({}),
  storage: z
    .strictObject({
      path: z.string().min(1).default('.bellwether/data'),
      retention: duration.prefault('30d'),
      /** How much of the past is kept in memory; older samples are read from ClickHouse. */
      head: duration.prefault('3h'),
    })
    .prefault({}),
  global: z
    .strictObject({
      scrape_interval: duration.prefault('15s'),
      scrape_timeout: duration.prefault('10s'),
      evaluation_interval: duration.prefault('15s'),
      external_labels: labels.default({}),
    })
    .prefault({}),
  scrape_configs: z.array(scrapeConfig).default([]),
  rule_files: z.array(z.string().min(1)).default([]),
  health: z
    .strictObject({
      defaults: objectives.prefault({}),
      models: z.record(z.string(), objectives.partial()).default({}),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type ScrapeConfig = z.output<typeof scrapeConfig>;
export type Objectives = z.output<typeof objectives>;
