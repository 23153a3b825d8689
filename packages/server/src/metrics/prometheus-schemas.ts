import type { Labels } from '@bellwether/promql';
import { z } from 'zod';
import { namedSchema } from '../config/named-schema.ts';

/** What engines answer under `/api/v1`, checked at the border. Times become milliseconds, numbers numbers. */

const millis = z.number().transform((s) => Math.round(s * 1000));
const float = z.string().transform((text) => {
  if (text === '+Inf' || text === 'Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
});
/** As they came, and so with names that objects have by themselves. */
export const labels = z.custom<Labels>(areLabels, { error: 'must be labels' });
const instantMs = z
  .string()
  .transform((text) => (text.startsWith('0001-') ? null : Date.parse(text)));

export const envelopeSchema = z.object({
  status: z.enum(['success', 'error']),
  data: z.unknown().optional(),
  errorType: z.string().optional(),
  error: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  infos: z.array(z.string()).optional(),
});
export type Envelope = z.output<typeof envelopeSchema>;

const point = z.tuple([millis, float]);
const histogram = z.tuple([
  millis,
  z.object({
    count: float,
    sum: float,
    buckets: z.array(z.tuple([z.number(), float, float, float])).default([]),
  }),
]);

export const queryDataSchema = z.discriminatedUnion('resultType', [
  z.object({ resultType: z.literal('scalar'), result: point }),
  z.object({ resultType: z.literal('string'), result: z.tuple([millis, z.string()]) }),
  z.object({
    resultType: z.literal('vector'),
    result: z.array(
      z
        .object({ metric: labels, value: point.optional(), histogram: histogram.optional() })
        .refine(({ value, histogram }) => value !== undefined || histogram !== undefined),
    ),
  }),
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({
        metric: labels,
        values: z.array(point).optional(),
        histograms: z.array(histogram).optional(),
      }),
    ),
  }),
]);

/** The cost of a query stands beside its result. */
export const queryCostSchema = z.object({
  stats: z
    .object({
      timings: z.record(z.string(), z.number()).default({}),
      samples: z
        .record(z.string(), z.unknown())
        .default({})
        .transform((all) => Object.fromEntries(Object.entries(all).filter(isNumber))),
    })
    .optional(),
});

/** Some have lists of numbers too, one for each step. */
function isNumber(entry: [string, unknown]): entry is [string, number] {
  return typeof entry[1] === 'number';
}

export const exemplarsSchema = z
  .array(
    z.object({
      seriesLabels: labels,
      exemplars: z
        .array(
          z
            .object({ labels, value: float, timestamp: millis })
            .transform(({ timestamp, ...one }) => ({ ...one, time: timestamp })),
        )
        .default([]),
    }),
  )
  .nullish()
  .transform((all) =>
    (all ?? []).map(({ seriesLabels, exemplars }) => ({ series: seriesLabels, exemplars })),
  );

const counts = z.array(z.object({ name: z.string(), value: z.number() })).default([]);

export const cardinalitySchema = z
  .object({
    headStats: z
      .object({
        numSeries: z.number(),
        numLabelPairs: z.number(),
        chunkCount: z.number().optional(),
        minTime: z.number(),
        maxTime: z.number(),
      })
      .optional(),
    /** What VictoriaMetrics has instead of the above. */
    totalSeries: z.number().optional(),
    totalLabelValuePairs: z.number().optional(),
    seriesCountByMetricName: counts,
    labelValueCountByLabelName: counts,
    memoryInBytesByLabelName: counts,
    seriesCountByLabelValuePair: counts,
  })
  .transform(({ headStats: head, ...rest }) => ({
    series: head?.numSeries ?? rest.totalSeries ?? Number.NaN,
    labelPairs: head?.numLabelPairs ?? rest.totalLabelValuePairs ?? Number.NaN,
    chunks: head?.chunkCount,
    time:
      head === undefined || head.minTime > head.maxTime
        ? undefined
        : { min: head.minTime, max: head.maxTime },
    seriesByName: rest.seriesCountByMetricName,
    valuesByLabel: rest.labelValueCountByLabelName,
    bytesByLabel: rest.memoryInBytesByLabelName,
    seriesByPair: rest.seriesCountByLabelValuePair,
  }));

export const targetMetadataSchema = z.array(
  z.object({
    target: labels,
    metric: z.string(),
    type: z.string(),
    help: z.string(),
    unit: z.string().default(''),
  }),
);

export const scrapePoolsSchema = z.object({ scrapePools: z.array(z.string()) });

export const metadataSchema = namedSchema(
  z.string(),
  z.array(z.object({ type: z.string(), help: z.string(), unit: z.string().default('') })),
);

const ruleKeys = {
  name: z.string(),
  query: z.string(),
  labels: labels.default({}),
  health: z.enum(['ok', 'err', 'unknown']).catch('unknown'),
  lastError: z
    .string()
    .optional()
    .transform((text) => (text === undefined || text === '' ? null : text)),
  lastEvaluation: instantMs,
  evaluationTime: z.number().default(0),
};

export const recordingRuleSchema = z
  .object({ ...ruleKeys, type: z.literal('recording') })
  .transform(({ evaluationTime, ...rule }) => ({ ...rule, evaluationMs: evaluationTime * 1000 }));

export const alertingRuleSchema = z
  .object({
    ...ruleKeys,
    type: z.literal('alerting'),
    state: z.enum(['inactive', 'pending', 'firing', 'unknown']).catch('unknown'),
    duration: z.number().default(0),
    keepFiringFor: z.number().default(0),
    annotations: labels.default({}),
    alerts: z
      .array(
        z.object({
          labels,
          annotations: labels.default({}),
          state: z.string(),
          activeAt: z.string().transform((text) => Date.parse(text)),
          value: float,
        }),
      )
      .default([]),
  })
  .transform(({ evaluationTime, duration, keepFiringFor, alerts, ...rule }) => ({
    ...rule,
    evaluationMs: evaluationTime * 1000,
    forMs: duration * 1000,
    keepFiringForMs: keepFiringFor * 1000,
    alerts: alerts.flatMap(({ state, ...alert }) =>
      state === 'pending' || state === 'firing'
        ? [{ ...alert, state: state as 'pending' | 'firing' }]
        : [],
    ),
  }));

export const ruleGroupsSchema = z.object({
  groups: z.array(
    z
      .object({
        name: z.string(),
        file: z.string().default(''),
        interval: z.number().default(0),
        limit: z.number().default(0),
        evaluationTime: z.number().default(0),
        lastEvaluation: instantMs,
        rules: z.array(z.unknown()),
      })
      .transform(({ interval, evaluationTime, ...group }) => ({
        ...group,
        intervalMs: interval * 1000,
        evaluationMs: evaluationTime * 1000,
      })),
  ),
});

const durationSeconds = z
  .string()
  .default('0s')
  .transform((text) => Number.parseFloat(text) || 0);

export const targetsSchema = z.object({
  activeTargets: z
    .array(
      z
        .object({
          scrapePool: z.string().default(''),
          scrapeUrl: z.string(),
          globalUrl: z.string().optional(),
          discoveredLabels: labels.default({}),
          labels: labels.default({}),
          health: z.enum(['up', 'down', 'unknown']).catch('unknown'),
          lastError: z.string().default(''),
          lastScrape: instantMs,
          lastScrapeDuration: z.number().default(0),
          scrapeInterval: durationSeconds,
          scrapeTimeout: durationSeconds,
        })
        .transform((target) => ({
          job: target.scrapePool,
          url: target.scrapeUrl,
          globalUrl: target.globalUrl ?? target.scrapeUrl,
          discoveredLabels: target.discoveredLabels,
          labels: target.labels,
          health: target.health,
          lastError: target.lastError,
          lastScrape: target.lastScrape,
          lastScrapeMs: target.lastScrapeDuration * 1000,
          intervalMs: target.scrapeInterval * 1000,
          timeoutMs: target.scrapeTimeout * 1000,
        })),
    )
    .default([]),
  droppedTargets: z
    .array(
      z
        .object({ discoveredLabels: labels, scrapePool: z.string().optional() })
        .transform((target) => ({
          job: target.scrapePool ?? target.discoveredLabels['job'] ?? '',
          discoveredLabels: target.discoveredLabels,
        })),
    )
    .default([]),
  droppedTargetCounts: namedSchema(z.string(), z.number()).optional(),
});

function areLabels(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}
