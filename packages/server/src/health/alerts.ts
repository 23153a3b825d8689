import type { AlertingRuleView, AlertView, RuleGroupView } from '../metrics/source.ts';
import type { AlertView as ShownAlert } from './schemas.ts';

const SEVERITIES = ['critical', 'warning', 'info'];

/** Active alerts for people: firing before pending, worst first, oldest first, the runbook apart from the description. */
export function shownAlerts(groups: readonly RuleGroupView[]): ShownAlert[] {
  return groups
    .flatMap((group) =>
      group.rules.flatMap((rule) =>
        rule.type === 'alerting' ? rule.alerts.map((alert) => shownAlert(group, rule, alert)) : [],
      ),
    )
    .sort((a, b) => order(a) - order(b) || a.activeAt.localeCompare(b.activeAt));
}

function order(alert: ShownAlert): number {
  const severity = SEVERITIES.indexOf(alert.severity ?? '');
  return (alert.state === 'firing' ? 0 : 10) + (severity < 0 ? SEVERITIES.length : severity);
}

function shownAlert(group: RuleGroupView, rule: AlertingRuleView, alert: AlertView): ShownAlert {
  const { description, runbook } = splitRunbook(alert.annotations['description'] ?? '');
  return {
    name: rule.name,
    state: alert.state,
    severity: alert.labels['severity'] ?? null,
    labels: { ...alert.labels },
    summary: alert.annotations['summary'] ?? rule.name,
    description,
    runbook,
    runbookUrl: alert.annotations['runbook_url'] ?? null,
    activeAt: new Date(alert.activeAt).toISOString(),
    value: Number.isFinite(alert.value) ? alert.value : null,
    expr: rule.query,
    ruleFile: group.file,
  };
}

/** Document B writes runbooks into the description, behind a line `RUNBOOK:`, one numbered step a line. */
export function splitRunbook(text: string): { description: string; runbook: string[] } {
  const lines = text.split('\n').map((line) => line.trim());
  const start = lines.findIndex((line) => /^runbook:?$/i.test(line));
  if (start < 0) return { description: text.trim(), runbook: [] };
  const steps = lines.slice(start + 1).filter((line) => line !== '');
  return {
    description: lines.slice(0, start).join('\n').trim(),
    runbook: steps.map((line) => line.replace(/^\d+[.)]\s*/, '')),
  };
}
