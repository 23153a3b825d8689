import type { State } from '@bellwether/server/api';
import { useEffect } from 'react';
import { STATE_WORDS } from './states.ts';

/** Says the state in the title of the tab, so that it is seen among twenty others. */
export function useTabState(state: State | null, firing: number): void {
  useEffect(() => {
    const alerts = firing > 0 ? ` · ${firing} firing` : '';
    document.title = state === null ? 'Bellwether' : `${STATE_WORDS[state]}${alerts} – Bellwether`;
  }, [state, firing]);
}
