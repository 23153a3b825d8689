import { z } from 'zod';
import { relabelSchema } from '../collect/relabel/schema.ts';
import { durationSchema, sizeSchema } from './common-schema.ts';
import { discoveryKeys } from './discovery-schema.ts';
import { checkOneIdentity, requestKeys } from './http-client-schema.ts';
import { namedSchema } from './named-schema.ts';
import { checkProxy } from './proxy-schema.ts';

/** `scrape_configs` and what of `global` concerns it. Source: prometheus.io, "Configuration", `<scrape_config>`. */

const limit = z.number().int().min(0);

const scrapeProtocol = z.enum([
  'PrometheusProto',
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
]);
export type ScrapeProtocol = z.output<typeof scrapeProtocol>;

const protocols = z
  .array(scrapeProtocol)
  .min(1)
  .refine((list) => new Set(list).size === list.length, 'names a protocol twice');

/** Keys that `global` sets for all jobs and each job may set for itself. */
const sharedKeys = {
  body_size_limit: sizeSchema.optional(),
  sample_limit: limit.optional(),
  label_limit: limit.optional(),
  label_name_length_limit: limit.optional(),
  label_value_length_limit: limit.optional(),
  target_limit: limit.optional(),
  keep_dropped_targets: limit.optional(),
  scrape_protocols: protocols.optional(),
  scrape_native_histograms: z.boolean().optional(),
  always_scrape_classic_histograms: z.boolean().optional(),
  /** The name it had before Prometheus 3. */
  scrape_classic_histograms: z.boolean().optional(),
  convert_classic_histograms_to_nhcb: z.boolean().optional(),
};

export const globalScrapeKeys = {
  scrape_interval: durationSchema.prefault('15s'),
  scrape_timeout: durationSchema.prefault('10s'),
  ...sharedKeys,
};

const scrapeConfig = z
  .strictObject({
    job_name: z.string().min(1),
    scrape_interval: durationSchema.optional(),
    scrape_timeout: durationSchema.optional(),
    metrics_path: z.string().startsWith('/').default('/metrics'),
    scheme: z
      .string()
      .transform((scheme) => scheme.toLowerCase())
      .pipe(z.enum(['http', 'https']))
      .prefault('http'),
    params: namedSchema(z.string(), z.array(z.string())).prefault({}),
    honor_labels: z.boolean().default(false),
    honor_timestamps: z.boolean().default(true),
    track_timestamps_staleness: z.boolean().default(false),
    enable_compression: z.boolean().default(true),
    fallback_scrape_protocol: scrapeProtocol.optional(),
    ...sharedKeys,
    native_histogram_bucket_limit: limit.optional(),
    native_histogram_min_bucket_factor: z.number().min(0).optional(),
    ...requestKeys,
    ...discoveryKeys,
    relabel_configs: z.array(relabelSchema).default([]),
    metric_relabel_configs: z.array(relabelSchema).default([]),
  })
  .superRefine(checkOneIdentity)
  .superRefine(checkProxy)
  .superRefine((job, context) => {
    const { always_scrape_classic_histograms: always, scrape_classic_histograms: old } = job;
    if (always !== undefined && old !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['scrape_classic_histograms'],
        message: 'is the old name of always_scrape_classic_histograms: keep one of them',
      });
    const { scrape_interval: interval, scrape_timeout: timeout } = job;
    if (interval !== undefined && timeout !== undefined && timeout > interval)
      context.addIssue({
        code: 'custom',
        path: ['scrape_timeout'],
        message: 'must not be longer than scrape_interval',
      });
  });

export const scrapeConfigsSchema = z
  .array(scrapeConfig)
  .default([])
  .superRefine((jobs, context) => {
    const seen = new Set<string>();
    for (const [index, { job_name: name }] of jobs.entries()) {
      if (seen.has(name))
        context.addIssue({
          code: 'custom',
          path: [index, 'job_name'],
          message: `another scrape configuration has the job name "${name}"`,
        });
      seen.add(name);
    }
  });

export type ScrapeConfig = z.output<typeof scrapeConfig>;
