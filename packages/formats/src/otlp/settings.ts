/** What becomes of the names of metrics and attributes. */
export type TranslationStrategy =
  | 'UnderscoreEscapingWithSuffixes'
  | 'UnderscoreEscapingWithoutSuffixes'
  | 'NoUTF8EscapingWithSuffixes'
  | 'NoTranslation';

/** How OTLP becomes series: Prometheus' `otlp` configuration block, by its own names. */
export interface OtlpSettings {
  readonly translation_strategy: TranslationStrategy;
  /** Attributes of the resource that every series carries as labels. */
  readonly promote_resource_attributes: readonly string[];
  /** Also name service and instance in `target_info` by their attributes, beside `job` and `instance`. */
  readonly keep_identifying_resource_attributes: boolean;
  /** Name, version, schema and attributes of the scope as `otel_scope_*` labels. */
  readonly promote_scope_metadata: boolean;
  /** Histograms with listed bounds become native ones with custom buckets. */
  readonly convert_histograms_to_nhcb: boolean;
}

/** Prometheus' own. */
export const DEFAULT_OTLP_SETTINGS: OtlpSettings = {
  translation_strategy: 'UnderscoreEscapingWithSuffixes',
  promote_resource_attributes: [],
  keep_identifying_resource_attributes: false,
  promote_scope_metadata: false,
  convert_histograms_to_nhcb: false,
};
