import { format, parse } from '@bellwether/promql';
import {
  type AlertInstance,
  type AlertingRule,
  type GroupState,
  type Rule,
  type RuleGroup,
  type RuleState,
  ruleName,
} from '@bellwether/rules';
import type { AlertingRuleView, AlertView, RuleGroupView, RuleView } from '../source.ts';

/** A group and what is remembered of it, as the API shows it. */
export function groupView(group: RuleGroup, state: GroupState, intervalMs: number): RuleGroupView {
  return {
    name: group.name,
    file: group.file,
    intervalMs,
    limit: group.limit ?? 0,
    lastEvaluation: state.evaluatedAt ?? null,
    evaluationMs: state.durationMs ?? 0,
    rules: group.rules.map((rule, i) => ruleView(rule, state.rules[i]!)),
  };
}

const printed = new WeakMap<Rule, string>();

/** The expression as Prometheus shows it: printed from its tree, not as it was written. */
function printedExpr(rule: Rule): string {
  const known = printed.get(rule) ?? format(parse(rule.expr));
  printed.set(rule, known);
  return known;
}

function ruleView(rule: Rule, state: RuleState): RuleView {
  const common = {
    name: ruleName(rule),
    query: printedExpr(rule),
    labels: rule.labels,
    health: state.health,
    lastError: state.lastError ?? null,
    lastEvaluation: state.evaluatedAt ?? null,
    evaluationMs: state.durationMs ?? 0,
  };
  return rule.kind === 'recording'
    ? { ...common, type: 'recording' }
    : { ...common, type: 'alerting', ...alertingView(rule, state) };
}

function alertingView(rule: AlertingRule, state: RuleState) {
  const alerts = [...state.alerts.values()].flatMap((alert) =>
    alert.state === 'inactive' ? [] : [alertView(alert, alert.state)],
  );
  return {
    state: stateOf(state, alerts),
    forMs: rule.forMs,
    keepFiringForMs: rule.keepFiringForMs,
    annotations: rule.annotations,
    alerts,
  };
}

function stateOf(state: RuleState, alerts: readonly AlertView[]): AlertingRuleView['state'] {
  if (state.health === 'unknown') return 'unknown';
  if (alerts.some((alert) => alert.state === 'firing')) return 'firing';
  return alerts.length > 0 ? 'pending' : 'inactive';
}

function alertView(alert: AlertInstance, state: AlertView['state']): AlertView {
  const { labels, annotations, activeAt, value } = alert;
  return { labels, annotations, state, activeAt, value };
}
