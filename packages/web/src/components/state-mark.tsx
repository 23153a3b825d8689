import type { State } from '@bellwether/server/api';
import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconHelpCircle,
} from '@tabler/icons-react';
import { STATE_WORDS } from '../states.ts';
import classes from './state-mark.module.css';

/** Each state has a shape of its own: round, triangle, octagon, question mark. */
const ICONS = {
  healthy: IconCircleCheckFilled,
  warning: IconAlertTriangleFilled,
  critical: IconAlertOctagonFilled,
  unknown: IconHelpCircle,
} as const;

export function StateIcon({ state, size = 18 }: { readonly state: State; readonly size?: number }) {
  const Icon = ICONS[state];
  return (
    <Icon
      className={classes.icon}
      data-state={state}
      size={size}
      aria-hidden="true"
      focusable="false"
    />
  );
}

/** A state in colour, shape and words. */
export function StateMark({ state, words }: { readonly state: State; readonly words?: string }) {
  return (
    <span className={classes.mark} data-state={state}>
      <StateIcon state={state} size={16} />
      {words ?? STATE_WORDS[state]}
    </span>
  );
}
