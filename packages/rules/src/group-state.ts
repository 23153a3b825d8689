import type { Labels, Millis } from '@bellwether/promql';
import { labelsKey } from '@bellwether/promql';
import type { AlertInstance } from './alert-state.ts';
import { type Rule, type RuleGroup, ruleName } from './rule.ts';

/** `unknown`: not evaluated yet. */
export type RuleHealth = 'unknown' | 'ok' | 'err';

/** What is remembered of one rule between evaluations. */
export interface RuleState {
  readonly health: RuleHealth;
  readonly lastError?: string;
  readonly evaluatedAt?: Millis;
  readonly durationMs?: Millis;
  /** Series it yielded last time, by {@link labelsKey}. */
  readonly series: ReadonlyMap<string, Labels>;
  /** Its alerts by {@link labelsKey} of their labels; empty for a recording rule. */
  readonly alerts: ReadonlyMap<string, AlertInstance>;
  /**
   * Whether the state from before a restart has been looked for. Until then an alerting rule
   * writes no series, lest it overwrite what it wants to read.
   */
  readonly restored: boolean;
}

/** What is remembered of a group between evaluations. Values, never changed in place. */
export interface GroupState {
  /** One for each rule, in the order of the group. */
  readonly rules: readonly RuleState[];
  /** Series of rules that are no longer there; the next evaluation marks them stale. */
  readonly staleSeries: readonly Labels[];
  readonly evaluatedAt?: Millis;
  readonly durationMs?: Millis;
}

const noRuleState = (restored: boolean): RuleState => ({
  health: 'unknown',
  series: new Map(),
  alerts: new Map(),
  restored,
});

/**
 * The state of a group that has not been evaluated.
 * @param options.restored false after a restart with kept series: see restoreForState
 */
export function initialGroupState(
  group: RuleGroup,
  options: { readonly restored?: boolean } = {},
): GroupState {
  return {
    rules: group.rules.map(() => noRuleState(options.restored ?? true)),
    staleSeries: [],
  };
}

const identity = (rule: Rule): string =>
  `${rule.kind}\xff${ruleName(rule)}\xff${labelsKey(rule.labels)}`;

/**
 * Carries the state of a group over to its next version after a reload. Rules are the same by name
 * and labels, the first with the first where there are several. Series of rules that are gone will
 * be marked stale.
 */
export function carryState(from: RuleGroup, state: GroupState, to: RuleGroup): GroupState {
  const unclaimed = new Map<string, RuleState[]>();
  for (const [index, rule] of from.rules.entries()) {
    const ruleState = state.rules[index];
    if (ruleState === undefined) continue;
    const waiting = unclaimed.get(identity(rule));
    if (waiting === undefined) unclaimed.set(identity(rule), [ruleState]);
    else waiting.push(ruleState);
  }
  const rules = to.rules.map((rule) => unclaimed.get(identity(rule))?.shift() ?? noRuleState(true));
  const gone = [...unclaimed.values()].flat().flatMap((rule) => [...rule.series.values()]);
  return { ...state, rules, staleSeries: [...state.staleSeries, ...gone] };
}

/** All series a group has yielded last, to be marked stale where the group itself is gone. */
export const seriesOf = (state: GroupState): readonly Labels[] => [
  ...state.staleSeries,
  ...state.rules.flatMap((rule) => [...rule.series.values()]),
];
