import type { TranslationStrategy } from './names.ts';

/** How OTLP becomes series: Prometheus' `otlp` configuration block, in camel case. */
export interface OtlpSettings {
  readonly translationStrategy: TranslationStrategy;
  /** Attributes of the resource that every series carries as labels. */
  readonly promoteResourceAttributes: readonly string[];
  /** Also name service and instance in `target_info` by their attributes, beside `job` and `instance`. */
  readonly keepIdentifyingResourceAttributes: boolean;
  /** Name, version, schema and attributes of the scope as `otel_scope_*` labels. */
  readonly promoteScopeMetadata: boolean;
  /** Histograms with listed bounds become native ones with custom buckets. */
  readonly convertHistogramsToNhcb: boolean;
}

/** Prometheus' defaults. */
export const DEFAULT_OTLP_SETTINGS: OtlpSettings = {
  translationStrategy: 'UnderscoreEscapingWithSuffixes',
  promoteResourceAttributes: [],
  keepIdentifyingResourceAttributes: false,
  promoteScopeMetadata: false,
  convertHistogramsToNhcb: false,
};
