import type { State } from '@bellwether/server/api';

/** In words, because colour alone is no sign for everyone. */
export const STATE_WORDS: Record<State, string> = {
  healthy: 'Healthy',
  warning: 'Warning',
  critical: 'Critical',
  unknown: 'Unknown',
};

const URGENCY: Record<State, number> = { critical: 3, warning: 2, unknown: 1, healthy: 0 };

/** Sorts the state that needs a person first: critical, warning, unknown, healthy. */
export const byUrgency = (a: State, b: State) => URGENCY[b] - URGENCY[a];

/** The state whose colour an alert of this severity wears; severities are free text, unknown ones stay grey. */
export function stateOfSeverity(severity: string | null): State {
  switch (severity?.toLowerCase()) {
    case 'critical':
    case 'page':
    case 'error':
      return 'critical';
    case 'warning':
    case 'ticket':
      return 'warning';
    default:
      return 'unknown';
  }
}
