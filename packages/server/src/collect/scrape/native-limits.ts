import { COARSEST_SCHEMA, FINEST_SCHEMA } from '@bellwether/formats';
import { CUSTOM_SCHEMA, type FloatHistogram, toSchema } from '@bellwether/promql';
import type { ScrapeConfig } from '../../config/scrape-schema.ts';

/** How fine a native histogram may be. */
export interface HistogramLimits {
  /** Positive and negative buckets together; 0 is no limit. */
  readonly buckets: number;
  /** The finest schema that is kept. */
  readonly schema: number;
}

export function histogramLimits(
  config: Pick<
    ScrapeConfig,
    'native_histogram_bucket_limit' | 'native_histogram_min_bucket_factor'
  >,
): HistogramLimits {
  return {
    buckets: config.native_histogram_bucket_limit ?? 0,
    schema: finestSchema(config.native_histogram_min_bucket_factor ?? 0),
  };
}

/** The finest schema s whose buckets grow by at least the factor: 2^(2^-s). */
function finestSchema(factor: number): number {
  if (factor <= 1) return FINEST_SCHEMA;
  const schema = 0 - Math.ceil(Math.log2(Math.log2(factor)));
  return Math.min(FINEST_SCHEMA, Math.max(COARSEST_SCHEMA, schema));
}

/**
 * The histogram as fine as its job lets it be: where it has too many buckets, neighbours are joined until they are few enough.
 * Source: prometheus.io, "Configuration", `native_histogram_bucket_limit` and `native_histogram_min_bucket_factor`.
 * @throws Error when the coarsest there is has too many buckets still.
 */
export function limitHistogram(h: FloatHistogram, limits: HistogramLimits): FloatHistogram {
  const custom = h.schema === CUSTOM_SCHEMA;
  let limited = custom || h.schema <= limits.schema ? h : toSchema(h, limits.schema);
  while (limits.buckets > 0 && bucketsOf(limited) > limits.buckets) {
    if (custom || limited.schema === COARSEST_SCHEMA)
      throw new Error(
        `native_histogram_bucket_limit exceeded: ${bucketsOf(limited)} buckets, and there is nothing coarser (limit: ${limits.buckets})`,
      );
    limited = toSchema(limited, limited.schema - 1);
  }
  return limited;
}

function bucketsOf({ positive, negative }: FloatHistogram): number {
  return positive.indices.length + negative.indices.length;
}
