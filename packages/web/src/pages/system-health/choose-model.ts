import type { ModelHealth } from '@bellwether/server/api';
import { byUrgency } from '../../states.ts';

/** The model an address asks for; without one, the model that most needs a person. */
export function chooseModel(
  models: readonly ModelHealth[],
  asked: string | null,
): ModelHealth | null {
  const found = models.find((model) => model.name === asked);
  return found ?? [...models].sort((a, b) => byUrgency(a.state, b.state))[0] ?? null;
}
