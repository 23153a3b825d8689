import type { Labels, Matcher, Millis, QueryResult } from '@bellwether/promql';

export interface TimeRange {
  readonly from: Millis;
  readonly to: Millis;
}

export interface StepRange {
  readonly start: Millis;
  readonly end: Millis;
  readonly step: Millis;
}

/** A rule group as Prometheus' API shows it. Times are Unix milliseconds. */
export interface RuleGroupView {
  readonly name: string;
  readonly file: string;
  readonly intervalMs: Millis;
  readonly lastEvaluation: Millis | null;
  readonly evaluationMs: number;
  readonly rules: readonly RuleView[];
}

interface RuleViewBase {
  readonly name: string;
  readonly query: string;
  readonly labels: Labels;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError: string | null;
  readonly lastEvaluation: Millis | null;
  readonly evaluationMs: number;
}

interface RecordingRuleView extends RuleViewBase {
  readonly type: 'recording';
}

export interface AlertingRuleView extends RuleViewBase {
  readonly type: 'alerting';
  readonly state: 'inactive' | 'pending' | 'firing' | 'unknown';
  readonly forMs: Millis;
  readonly keepFiringForMs: Millis;
  readonly annotations: Readonly<Record<string, string>>;
  readonly alerts: readonly AlertView[];
}

export type RuleView = RecordingRuleView | AlertingRuleView;

export interface AlertView {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  readonly activeAt: Millis;
  readonly value: number;
}

export interface TargetView {
  readonly job: string;
  readonly url: string;
  readonly discoveredLabels: Labels;
  readonly labels: Labels;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  readonly lastScrape: Millis | null;
  readonly lastScrapeMs: number;
  readonly intervalMs: Millis;
  readonly timeoutMs: Millis;
}

export interface MetadataView {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** Answers PromQL. The rest of the server cannot tell which engine is behind it. */
export interface MetricSource {
  /** @throws PromQLError when the expression is wrong or its evaluation fails. */
  instant(expr: string, at: Millis, signal?: AbortSignal): Promise<QueryResult>;
  /** @throws PromQLError */
  range(expr: string, range: StepRange, signal?: AbortSignal): Promise<QueryResult>;
  /** Label sets with a sample in the range that any of the matcher lists accepts. */
  series(
    match: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<Labels[]>;
  /** Label names in use, sorted; restricted to the matched series when there are matchers. */
  labels(
    match: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<string[]>;
  labelValues(
    name: string,
    match: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<string[]>;
  metadata(metric?: string): Promise<ReadonlyMap<string, readonly MetadataView[]>>;
  rules(): Promise<readonly RuleGroupView[]>;
  targets(): Promise<readonly TargetView[]>;
}
