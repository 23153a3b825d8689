import { z } from 'zod';

/**
 * What `/api/bellwether/v1/*` answers. The pages take their types from here, the OpenAPI document its schemas.
 *
 * A judgement is never a bare colour: it carries the reason in words and the expression it was computed
 * from, so that the page, the alert, the CLI and Grafana can show the same number.
 */

/** `unknown` is its own state: no data, too few samples or a failed query, never shown as zero or as healthy. */
export const stateSchema = z.enum(['healthy', 'warning', 'critical', 'unknown']);

export const unitSchema = z.enum(['requests_per_second', 'ratio', 'seconds']);

/** One of the four large panels of the system health page (document B, section 4, page 1). */
export const panelSchema = z.object({
  id: z.enum(['request-rate', 'error-rate', 'latency-p95', 'accuracy']),
  title: z.string(),
  state: stateSchema,
  /** Why the panel has this state, in one sentence for a person. */
  reason: z.string(),
  /** The number to show large; null when unknown. */
  value: z.number().nullable(),
  unit: unitSchema,
  /** PromQL whose instant value is `value`; its range is the panel's line. */
  expr: z.string(),
  /** What `value` is judged against: the normal rate, the objective, a threshold; null when there is none. */
  comparison: z
    .object({ label: z.string(), value: z.number().nullable(), expr: z.string().nullable() })
    .nullable(),
  /** Bounds where the state turns; the page draws them as lines. Either end may be absent. */
  thresholds: z.object({
    direction: z.enum(['above', 'below']),
    warning: z.number().nullable(),
    critical: z.number().nullable(),
  }),
  /** How many events the value rests on, e.g. 37 errors of 12,043 requests, or 100 labelled mails. */
  sample: z
    .object({
      count: z.number().nullable(),
      total: z.number().nullable(),
      /** Reads with the numbers in front: "errors of requests in 5 m", "labelled predictions". */
      label: z.string(),
    })
    .nullable(),
  /** 95 % interval of the value, where it is an estimate. */
  interval: z.object({ low: z.number(), high: z.number() }).nullable(),
});

export const modelSchema = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  state: stateSchema,
  panels: z.array(panelSchema),
  /** Firing alerts that carry this model's name. */
  firing: z.number(),
});

export const alertSchema = z.object({
  name: z.string(),
  state: z.enum(['pending', 'firing']),
  severity: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  summary: z.string(),
  /** The description up to its runbook. */
  description: z.string(),
  /** Steps of the runbook, one a line, in order; empty when the rule has none. */
  runbook: z.array(z.string()),
  runbookUrl: z.string().nullable(),
  /** RFC 3339. */
  activeAt: z.string(),
  /** The value at the last evaluation; null where it is not a finite number. */
  value: z.number().nullable(),
  expr: z.string(),
  ruleFile: z.string(),
});

export const overviewSchema = z.object({
  /** Unix milliseconds of the evaluation; every number in the answer is of this moment. */
  at: z.number(),
  state: stateSchema,
  /** One sentence: is all well, and if not, what is not. */
  headline: z.string(),
  models: z.array(modelSchema),
  alerts: z.array(alertSchema),
  /** Scrape targets that answer, of all. */
  targets: z.object({ up: z.number(), total: z.number(), down: z.array(z.string()) }),
  /** Set by `bellwether demo`: which part of the past was replayed at full speed. */
  demo: z.object({ replayedFrom: z.number(), replayedTo: z.number(), note: z.string() }).nullable(),
});

export type State = z.infer<typeof stateSchema>;
export type Unit = z.infer<typeof unitSchema>;
export type Panel = z.infer<typeof panelSchema>;
export type ModelHealth = z.infer<typeof modelSchema>;
export type AlertView = z.infer<typeof alertSchema>;
export type Overview = z.infer<typeof overviewSchema>;
