import type { Overview, Panel, State } from './schemas.ts';

/** From best to worst. Unknown is worse than healthy: nobody knows that all is well. */
const ORDER: readonly State[] = ['healthy', 'unknown', 'warning', 'critical'];

export function worst(states: readonly State[]): State {
  return states.reduce<State>((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), 'healthy');
}

/** The state of everything, and the one sentence that says why. */
export function headline(
  parts: Pick<Overview, 'models' | 'alerts' | 'targets'>,
): Pick<Overview, 'state' | 'headline'> {
  const { models, alerts, targets } = parts;
  const firing = alerts.filter((alert) => alert.state === 'firing');
  if (models.length === 0 && firing.length === 0 && targets.down.length === 0)
    return { state: 'unknown', headline: 'No model is being watched yet.' };
  const state = worst([
    ...models.map((model) => model.state),
    ...firing.map((alert) => severityState(alert.severity)),
    ...(targets.down.length > 0 ? (['critical'] as const) : []),
  ]);
  if (state === 'healthy') {
    const many = models.length === 1 ? models[0]!.name : `${models.length} models`;
    return { state, headline: `All is well: ${many} within every objective, no alert firing.` };
  }
  const reasons: string[] = [];
  if (targets.down.length > 1) reasons.push(`${targets.down.length} targets are down`);
  else for (const down of targets.down) reasons.push(`target down: ${down}`);
  const bad = firing.filter((alert) => severityState(alert.severity) !== 'healthy');
  if (bad.length > 0)
    reasons.push(`${[...new Set(bad.map((alert) => alert.name))].join(', ')} firing`);
  for (const model of models) {
    const panels = model.panels.filter(
      (panel) => panel.state === model.state && panel.state !== 'healthy',
    );
    if (panels.length > 0) reasons.push(`${model.name}: ${panels.map(inWords).join(', ')}`);
  }
  return { state, headline: `${OPENINGS[state]} ${reasons.join('; ')}.` };
}

const OPENINGS: Readonly<Record<Exclude<State, 'healthy'>, string>> = {
  critical: 'Act now:',
  warning: 'Look into it:',
  unknown: 'Not known whether all is well:',
};

function severityState(severity: string | null): State {
  if (severity === 'critical' || severity === 'page') return 'critical';
  return severity === 'info' ? 'healthy' : 'warning';
}

function inWords(panel: Panel): string {
  const what = panel.title.toLowerCase();
  if (panel.state === 'unknown') return `${what} unknown`;
  return panel.state === 'critical' ? `${what} critical` : `${what} needs attention`;
}
