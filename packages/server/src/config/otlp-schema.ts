import { z } from 'zod';

/** Prometheus' `otlp` block, by its own names and with its defaults; `OtlpSettings` says what each key does. */
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
    promote_resource_attributes: z.array(z.string().min(1)).default([]),
    keep_identifying_resource_attributes: z.boolean().default(false),
    promote_scope_metadata: z.boolean().default(false),
    convert_histograms_to_nhcb: z.boolean().default(false),
  })
  .prefault({});
