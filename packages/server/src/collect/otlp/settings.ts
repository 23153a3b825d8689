import { z } from 'zod';

/** How OTLP becomes series: Prometheus' `otlp` configuration block, by its own names and with its defaults. */
export const otlpSchema = z
  .strictObject({
    translation_strategy: z
      .enum([
        'UnderscoreEscapingWithSuffixes',
        'UnderscoreEscapingWithoutSuffixes',
        'NoUTF8EscapingWithSuffixes',
        'NoTranslation',
      ])
      .default('UnderscoreEscapingWithSuffixes'),
    /** Attributes of the resource that every series carries as labels. */
    promote_resource_attributes: z.array(z.string().min(1)).default([]),
    /** Also name service and instance in `target_info` by their attributes, beside `job` and `instance`. */
    keep_identifying_resource_attributes: z.boolean().default(false),
    /** Name, version, schema and attributes of the scope as `otel_scope_*` labels. */
    promote_scope_metadata: z.boolean().default(false),
    /** Histograms with listed bounds become native ones with custom buckets. */
    convert_histograms_to_nhcb: z.boolean().default(false),
  })
  .prefault({});

export type OtlpSettings = Readonly<z.output<typeof otlpSchema>>;
export type TranslationStrategy = OtlpSettings['translation_strategy'];

export const DEFAULT_OTLP_SETTINGS: OtlpSettings = otlpSchema.parse({});
