import {
  Engine,
  type Labels,
  labelsKey,
  type Matcher,
  type Millis,
  type QueryResult,
  type SeriesSource,
} from '@bellwether/promql';
import type {
  MetadataView,
  MetricSource,
  RuleGroupView,
  StepRange,
  TargetView,
  TimeRange,
} from './source.ts';

export interface EmbeddedParts {
  readonly store: SeriesSource;
  readonly rules: () => readonly RuleGroupView[];
  readonly targets: () => readonly TargetView[];
  readonly metadata: () => ReadonlyMap<string, readonly MetadataView[]>;
}

/** PromQL answered in this process, by our engine over our store. */
export class EmbeddedMetricSource implements MetricSource {
  readonly #engine = new Engine();
  readonly #parts: EmbeddedParts;

  constructor(parts: EmbeddedParts) {
    this.#parts = parts;
  }

  instant(expr: string, at: Millis, signal?: AbortSignal): Promise<QueryResult> {
    return this.#engine.instant(this.#parts.store, expr, at, optional(signal));
  }

  range(expr: string, range: StepRange, signal?: AbortSignal): Promise<QueryResult> {
    return this.#engine.range(this.#parts.store, expr, range, optional(signal));
  }

  async series(
    match: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<Labels[]> {
    const found = new Map<string, Labels>();
    for (const matchers of match.length === 0 ? [[]] : match) {
      const hints = { start: range.from, end: range.to, step: 0, range: 0, func: 'series' };
      for (const { labels, times } of await this.#parts.store.select(
        matchers,
        range,
        hints,
        signal,
      ))
        if (times.length > 0) found.set(labelsKey(labels), labels);
    }
    return [...found.values()];
  }

  async labels(
    match: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<string[]> {
    const names = new Set<string>();
    for (const labels of await this.series(match, range, signal))
      for (const name of Object.keys(labels)) names.add(name);
    return [...names].sort();
  }

  async labelValues(
    name: string,
    match: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<string[]> {
    const values = new Set<string>();
    for (const labels of await this.series(match, range, signal)) {
      const value = labels[name];
      if (value !== undefined) values.add(value);
    }
    return [...values].sort();
  }

  async metadata(metric?: string): Promise<ReadonlyMap<string, readonly MetadataView[]>> {
    const all = this.#parts.metadata();
    if (metric === undefined) return all;
    const one = all.get(metric);
    return new Map(one === undefined ? [] : [[metric, one]]);
  }

  async rules(): Promise<readonly RuleGroupView[]> {
    return this.#parts.rules();
  }

  async targets(): Promise<readonly TargetView[]> {
    return this.#parts.targets();
  }
}

function optional(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
