import type { HistogramFaces } from '@bellwether/formats';
import type { Labels, Millis } from '@bellwether/promql';
import type { Config } from '../../config/schema.ts';
import type { ScrapeConfig, ScrapeProtocol } from '../../config/scrape-schema.ts';
import { relabeller } from '../relabel/relabel.ts';
import { type HistogramLimits, histogramLimits } from './native-limits.ts';
import { DEFAULT_PROTOCOLS, NATIVE_PROTOCOLS } from './scrape-protocol.ts';

/** What a scraped series may be like; 0 is no limit of the job's own. */
export interface SeriesLimits {
  readonly samples: number;
  readonly labels: number;
  readonly labelNameLength: number;
  readonly labelValueLength: number;
  readonly histograms: HistogramLimits;
}

export const NO_LIMITS: SeriesLimits = {
  samples: 0,
  labels: 0,
  labelNameLength: 0,
  labelValueLength: 0,
  histograms: histogramLimits({}),
};

/** How the samples of a target become series of ours. */
export interface SeriesRules {
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  readonly limits: SeriesLimits;
  readonly histograms: HistogramFaces;
  /** Whether classic histograms become native ones with custom buckets. */
  readonly customBuckets: boolean;
  /** `metric_relabel_configs`: null drops the series. */
  readonly metricRelabel: (labels: Labels) => Labels | null;
}

/** A scrape configuration with everything that `global` and Prometheus' defaults add to it. */
export interface JobSettings {
  readonly config: ScrapeConfig;
  readonly intervalMs: Millis;
  readonly timeoutMs: Millis;
  readonly rules: SeriesRules;
  readonly relabel: (labels: Labels) => Labels | null;
  readonly protocols: readonly ScrapeProtocol[];
  readonly bodyLimitBytes: number;
  readonly targetLimit: number;
  readonly keepDroppedTargets: number;
}

export function jobSettings(config: ScrapeConfig, global: Config['global']): JobSettings {
  const intervalMs = config.scrape_interval ?? global.scrape_interval;
  const native = config.scrape_native_histograms ?? global.scrape_native_histograms ?? false;
  return {
    config,
    intervalMs,
    timeoutMs: Math.min(config.scrape_timeout ?? global.scrape_timeout, intervalMs),
    rules: {
      honorLabels: config.honor_labels,
      honorTimestamps: config.honor_timestamps,
      trackTimestampsStaleness: config.track_timestamps_staleness,
      limits: {
        samples: config.sample_limit ?? global.sample_limit ?? 0,
        labels: config.label_limit ?? global.label_limit ?? 0,
        labelNameLength: config.label_name_length_limit ?? global.label_name_length_limit ?? 0,
        labelValueLength: config.label_value_length_limit ?? global.label_value_length_limit ?? 0,
        histograms: histogramLimits(config),
      },
      histograms: {
        native,
        classicToo: classicToo(config) ?? classicToo(global) ?? false,
      },
      customBuckets:
        config.convert_classic_histograms_to_nhcb ??
        global.convert_classic_histograms_to_nhcb ??
        false,
      metricRelabel:
        config.metric_relabel_configs.length === 0
          ? (labels) => labels
          : relabeller(config.metric_relabel_configs),
    },
    relabel: relabeller(config.relabel_configs),
    protocols:
      config.scrape_protocols ??
      global.scrape_protocols ??
      (native ? NATIVE_PROTOCOLS : DEFAULT_PROTOCOLS),
    bodyLimitBytes: config.body_size_limit ?? global.body_size_limit ?? 0,
    targetLimit: config.target_limit ?? global.target_limit ?? 0,
    keepDroppedTargets: config.keep_dropped_targets ?? global.keep_dropped_targets ?? 0,
  };
}

function classicToo(
  keys: Pick<ScrapeConfig, 'always_scrape_classic_histograms' | 'scrape_classic_histograms'>,
): boolean | undefined {
  return keys.always_scrape_classic_histograms ?? keys.scrape_classic_histograms;
}
