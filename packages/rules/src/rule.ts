import type { Labels, Millis } from '@bellwether/promql';

/** Where a rule stands in its file; line and column from 1. */
export interface RulePosition {
  readonly line: number;
  readonly column: number;
}

/** Writes the result of an expression back as series of another name. */
export interface RecordingRule {
  readonly kind: 'recording';
  readonly record: string;
  readonly expr: string;
  /** Labels of the rule, those of its group included; they win over labels of the result. */
  readonly labels: Labels;
  readonly position: RulePosition;
}

/** Raises an alert for every series its expression yields. */
export interface AlertingRule {
  readonly kind: 'alerting';
  readonly alert: string;
  readonly expr: string;
  /** How long the condition must hold before the alert fires. */
  readonly forMs: Millis;
  /** How long a firing alert goes on after its condition has ended. */
  readonly keepFiringForMs: Millis;
  /** Templates. Labels of the rule, those of its group included. */
  readonly labels: Labels;
  /** Templates. */
  readonly annotations: Labels;
  readonly position: RulePosition;
}

export type Rule = RecordingRule | AlertingRule;

/** Rules that are evaluated one after the other, at one time and one interval. */
export interface RuleGroup {
  readonly file: string;
  readonly name: string;
  /** Absent: the interval of whoever evaluates. */
  readonly intervalMs?: Millis;
  /** Most series, or alerts, one rule may yield; absent or 0: no limit. */
  readonly limit?: number;
  /** Queries look this far back, for data that arrives late. */
  readonly queryOffsetMs?: Millis;
  /** Labels for all rules of the group; every rule holds them already. */
  readonly labels?: Labels;
  readonly rules: readonly Rule[];
}

export interface RuleFile {
  readonly file: string;
  readonly groups: readonly RuleGroup[];
}

/** The name of the alert, or of the series the rule records. */
export const ruleName = (rule: Rule): string =>
  rule.kind === 'alerting' ? rule.alert : rule.record;
