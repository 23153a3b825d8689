import { getHeapStatistics } from 'node:v8';
import { DEFAULT_LIMITS } from '@bellwether/promql';
import { z } from 'zod';
import { regexSchema } from '../collect/relabel/schema.ts';
import { clickHouseSchema } from './clickhouse-schema.ts';
import { durationSchema, labelsSchema, secretSchema, sizeSchema } from './common-schema.ts';
import { namedSchema } from './named-schema.ts';
import { otlpSchema } from './otlp-schema.ts';
import { globalScrapeKeys, scrapeConfigsSchema } from './scrape-schema.ts';

/** `bellwether.yaml`. Keys that Prometheus has too mean what they mean there. Durations are Prometheus' (`15s`, `1h30m`). */

const ratio = z.number().min(0).max(1);

/** Document B, section 5: the thresholds at which a panel of the health page turns yellow and red. */
const objectives = z.strictObject({
  error_ratio_warning: ratio.default(0.02),
  error_ratio_critical: ratio.default(0.05),
  latency_p95_seconds: z.number().positive().default(0.5),
  accuracy_warning: ratio.default(0.85),
  accuracy_critical: ratio.default(0.7),
});

/** How long the server waits for others, and how much it holds for them meanwhile. */
const receivingKeys = {
  /** Until the headers of a request are there. */
  header_timeout: durationSchema.prefault('10s'),
  /** A body of which hardly anything came for this long is given up. */
  body_timeout: durationSchema.prefault('30s'),
  /** An answer of which nothing was taken for this long is ended. */
  answer_timeout: durationSchema.prefault('30s'),
  /** Until a request is there, body and all. */
  request_timeout: durationSchema.prefault('5m'),
  /** How long a connection stays open between two requests. */
  idle_timeout: durationSchema.prefault('75s'),
  /** What all bodies that are being received may take together. */
  body_memory: sizeSchema.prefault('256MB'),
};

/** Half of what V8 gives this process for objects, as labels and their texts are such; 2 GiB are enough for most. */
const MOST_MEMORY = Math.min(2 * 1024 ** 3, Math.floor(getHeapStatistics().heap_size_limit / 2));

/** A size that is a limit in any case. */
const memorySchema = sizeSchema.refine((bytes) => bytes > 0, 'must be more than 0');

export const configSchema = z.strictObject({
  server: z
    .strictObject({
      listen: z
        .string()
        .regex(/^.*:\d{1,5}$/, 'must be host:port, like 127.0.0.1:2355')
        .default('127.0.0.1:2355'),
      external_url: z.url().optional(),
      /** Names under which this machine's own address may be asked, beside `localhost` and that of `external_url`. */
      allowed_hosts: z.array(z.string().min(1)).default([]),
      /** Whose pages may read answers to queries: a regular expression of origins, as Prometheus' `--web.cors.origin`. */
      cors_origin: regexSchema.default('.*'),
      ...receivingKeys,
    })
    .refine((server) => server.header_timeout <= server.request_timeout, {
      path: ['header_timeout'],
      message: 'is longer than server.request_timeout, in which the body has to come too',
    })
    .prefault({}),
  storage: z
    .strictObject({
      path: z.string().min(1).default('.bellwether/data'),
      /** Set: what is stored goes to this ClickHouse instead of the folder. */
      clickhouse: clickHouseSchema.optional(),
      retention: durationSchema.prefault('30d'),
      retention_events: durationSchema.prefault('30d'),
      /** Sums over five minutes, which long questions read instead of samples; kept at least as long as those. */
      retention_rollups: durationSchema.prefault('400d'),
      /** How much of the past is kept in memory; older samples are read from ClickHouse. */
      head: durationSchema.prefault('3h'),
      /** How many series may be in memory, and how many of one job; new ones are refused then. 0: any number. */
      max_series: z.int().nonnegative().default(2_000_000),
      max_series_per_job: z.int().nonnegative().default(1_000_000),
      /** How late a sample may come, pushed or scraped, as Prometheus' `storage.tsdb.out_of_order_time_window`. */
      out_of_order_time_window: durationSchema.prefault('30m'),
    })
    .refine((storage) => storage.out_of_order_time_window <= storage.head, {
      path: ['out_of_order_time_window'],
      message: 'is longer than storage.head: late samples are put in their place in memory',
    })
    .prefault({}),
  global: z
    .strictObject({
      ...globalScrapeKeys,
      evaluation_interval: durationSchema.prefault('15s'),
      external_labels: labelsSchema.prefault({}),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      /** Set: PromQL is answered by this engine, which scrapes and evaluates rules itself. Unset: by us. */
      prometheus: z
        .strictObject({
          url: z.url(),
          headers: namedSchema(z.string(), secretSchema).prefault({}),
          timeout: durationSchema.prefault('30s'),
        })
        .optional(),
    })
    .prefault({}),
  /** How much a PromQL query may take that is answered here, as Prometheus' `query.max-samples` and `query.timeout`. */
  query: z
    .strictObject({
      max_samples: z.int().positive().default(DEFAULT_LIMITS.samples),
      timeout: durationSchema.prefault('2m'),
      /** How many queries of clients run at the same time, as Prometheus' `query.max-concurrency`; others wait. */
      max_concurrency: z.int().positive().default(20),
      /** What one query may hold in memory, and all of them together. */
      max_memory: memorySchema.prefault(MOST_MEMORY / 2),
      max_memory_total: memorySchema.prefault(MOST_MEMORY),
    })
    .prefault({}),
  otlp: otlpSchema,
  scrape_configs: scrapeConfigsSchema,
  rule_files: z.array(z.string().min(1)).default([]),
  health: z
    .strictObject({
      defaults: objectives.prefault({}),
      models: namedSchema(z.string(), objectives.partial()).prefault({}),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type Objectives = z.output<typeof objectives>;
