import type { Labels, Matcher, Millis, QueryResult, VectorSample } from '@bellwether/promql';
import type { FoundExemplars } from '../store/exemplars/exemplar.ts';
import type { Cardinality } from './cardinality.ts';

export interface TimeRange {
  readonly from: Millis;
  readonly to: Millis;
}

export interface StepRange {
  readonly start: Millis;
  readonly end: Millis;
  readonly step: Millis;
}

/** How one query is to be evaluated; what is left out is as the engine has it. */
export interface QuerySettings {
  readonly signal?: AbortSignal | undefined;
  /** How long a sample stays current. */
  readonly lookbackMs?: Millis | undefined;
  /** After this the query ends with a `timeout` error. */
  readonly timeoutMs?: Millis | undefined;
  /** Whether the answer is to say what it cost. */
  readonly stats?: boolean | undefined;
  /** Among whose queries it waits for its place and shares their memory: rules are not held up by clients. */
  readonly room?: 'clients' | 'rules' | undefined;
  /** Whether the answer lasts after it was given: what it holds is then counted until its `release` is called. */
  readonly lasting?: boolean | undefined;
}

/** What a query cost, by the names of Prometheus' API; times in seconds. What was not measured is not there. */
export interface QueryCost {
  readonly timings: Readonly<Record<string, number>>;
  readonly samples: Readonly<Record<string, number>>;
}

export interface QueryAnswer extends QueryResult {
  readonly cost?: QueryCost;
  /** To be called when a lasting answer is no longer needed. */
  readonly release?: () => void;
}

/** A rule group as Prometheus' API shows it. Times are Unix milliseconds. */
export interface RuleGroupView {
  readonly name: string;
  readonly file: string;
  readonly intervalMs: Millis;
  /** Most series or alerts that a rule may yield; 0: as many as there are. */
  readonly limit: number;
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
  /** The address others reach it by, where the engine knows it. */
  readonly globalUrl?: string | undefined;
  readonly discoveredLabels: Labels;
  readonly labels: Labels;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  readonly lastScrape: Millis | null;
  readonly lastScrapeMs: number;
  readonly intervalMs: Millis;
  readonly timeoutMs: Millis;
}

/** What relabelling dropped; `counts` by job, also where not all of them are kept. */
export interface DroppedTargets {
  readonly targets: readonly { readonly job: string; readonly discoveredLabels: Labels }[];
  readonly counts: ReadonlyMap<string, number>;
}

/** What one target says of its metrics. */
export interface TargetMetadata {
  readonly target: Labels;
  readonly metadata: ReadonlyMap<string, MetadataView>;
}

export interface MetadataView {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** Answers PromQL. The rest of the server cannot tell which engine is behind it. */
export interface MetricSource {
  /** @throws PromQLError when the expression is wrong or its evaluation fails. */
  instant(expr: string, at: Millis, settings?: QuerySettings): Promise<QueryAnswer>;
  /** @throws PromQLError */
  range(expr: string, range: StepRange, settings?: QuerySettings): Promise<QueryAnswer>;
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
  /** The newest sample of each series that is current at a moment, under its own time. */
  latest(
    match: readonly (readonly Matcher[])[],
    at: Millis,
    signal?: AbortSignal,
  ): Promise<readonly VectorSample[]>;
  exemplars(
    match: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<FoundExemplars>;
  /** Which names, labels and values the recent series are made of. @param limit Entries of each list. */
  cardinality(limit: number, signal?: AbortSignal): Promise<Cardinality>;
  metadata(metric?: string): Promise<ReadonlyMap<string, readonly MetadataView[]>>;
  rules(): Promise<readonly RuleGroupView[]>;
  targets(): Promise<readonly TargetView[]>;
  droppedTargets(): Promise<DroppedTargets>;
  targetMetadata(): Promise<readonly TargetMetadata[]>;
  /** The names of the jobs. */
  scrapePools(): Promise<readonly string[]>;
}
