import { formatShort } from '@bellwether/promql';
import type { AlertView, MetricSource, RuleGroupView, RuleView } from '../../metrics/source.ts';
import { success, timestamp } from './answer.ts';
import { Rows } from './json-pieces.ts';
import type { Router } from './router.ts';
import { filterRules, pageOf, ruleFilter } from './rule-filter.ts';

/** Rules, the alerts they have raised, and who is told of them. */
export function ruleRoutes({ get }: Router, { source }: { readonly source: MetricSource }): void {
  get('/rules', async ({ params }) => {
    const filter = ruleFilter(params);
    const withAlerts = !params.flag('exclude_alerts');
    const { groups, nextToken } = pageOf(filterRules(await source.rules(), filter), params);
    return success({
      groups: new Rows(groups, (group) => renderGroup(group, withAlerts)),
      ...(nextToken === undefined ? {} : { groupNextToken: nextToken }),
    });
  });

  get('/alerts', async () => {
    const rules = (await source.rules()).flatMap((group) => group.rules);
    const alerts = rules.flatMap((rule) => (rule.type === 'alerting' ? rule.alerts : []));
    return success({ alerts: new Rows(alerts, renderAlert) });
  });

  get('/alertmanagers', async () => success({ activeAlertmanagers: [], droppedAlertmanagers: [] }));
}

function renderGroup(group: RuleGroupView, withAlerts: boolean): Record<string, unknown> {
  return {
    name: group.name,
    file: group.file,
    interval: group.intervalMs / 1000,
    limit: group.limit,
    rules: new Rows(group.rules, (rule) => renderRule(rule, withAlerts)),
    evaluationTime: group.evaluationMs / 1000,
    lastEvaluation: timestamp(group.lastEvaluation),
  };
}

function renderRule(rule: RuleView, withAlerts: boolean): Record<string, unknown> {
  const common = {
    name: rule.name,
    query: rule.query,
    labels: rule.labels,
    health: rule.health,
    ...(rule.lastError === null ? {} : { lastError: rule.lastError }),
    evaluationTime: rule.evaluationMs / 1000,
    lastEvaluation: timestamp(rule.lastEvaluation),
    type: rule.type,
  };
  if (rule.type === 'recording') return common;
  return {
    ...common,
    state: rule.state,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    annotations: rule.annotations,
    alerts: new Rows(withAlerts ? rule.alerts : [], renderAlert),
  };
}

function renderAlert(alert: AlertView): Record<string, unknown> {
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    state: alert.state,
    activeAt: timestamp(alert.activeAt),
    value: exponent(alert.value),
  };
}

/** Alerts' values stand in exponent form there, whatever their size: 9.1e-01. */
function exponent(value: number): string {
  if (!Number.isFinite(value)) return formatShort(value);
  const [mantissa, power = '0'] = value.toExponential().split('e');
  return `${Object.is(value, -0) ? '-' : ''}${mantissa}e${power[0]}${power.slice(1).padStart(2, '0')}`;
}
