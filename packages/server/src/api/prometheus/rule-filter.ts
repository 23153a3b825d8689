import { createHash } from 'node:crypto';
import { type Labels, type Matcher, matchSeries } from '@bellwether/promql';
import type { RuleGroupView } from '../../metrics/source.ts';
import { ApiError, invalidParameter } from './errors.ts';
import type { Params } from './params.ts';

/** Which rules are asked for. An empty set or list asks for all. */
export interface RuleFilter {
  readonly type: 'alerting' | 'recording' | undefined;
  readonly names: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  /** Matched with the labels in the rule's definition; one list that accepts is enough. */
  readonly match: readonly (readonly Matcher[])[];
}

export function ruleFilter(params: Params): RuleFilter {
  return {
    type: typeOf(params.text('type')?.toLowerCase()),
    names: params.set('rule_name[]'),
    groups: params.set('rule_group[]'),
    files: params.set('file[]'),
    match: params.matchers(),
  };
}

/** The groups with the rules that were asked for; those left with none are left out. */
export function filterRules(
  groups: readonly RuleGroupView[],
  { type, names, groups: wanted, files, match }: RuleFilter,
): RuleGroupView[] {
  const accepts = labelsFilter(match);
  return groups.flatMap((group) => {
    if (wanted.size > 0 && !wanted.has(group.name)) return [];
    if (files.size > 0 && !files.has(group.file)) return [];
    const rules = group.rules.filter(
      (rule) =>
        (type === undefined || rule.type === type) &&
        (names.size === 0 || names.has(rule.name)) &&
        accepts(rule),
    );
    return rules.length === 0 ? [] : [{ ...group, rules }];
  });
}

/** A part of the groups, and what asks for the next one. */
export interface Page {
  readonly groups: readonly RuleGroupView[];
  readonly nextToken?: string;
}

/** Cuts the groups into pages of `group_limit`, where that is given. */
export function pageOf(groups: readonly RuleGroupView[], params: Params): Page {
  const limitText = params.text('group_limit');
  const token = params.text('group_next_token');
  if (limitText === undefined) {
    if (token !== undefined)
      throw invalidParameter(
        'group_next_token',
        'group_limit needs to be present in order to paginate over the groups',
      );
    return { groups };
  }
  const limit = Number(limitText);
  if (!Number.isInteger(limit) || limit <= 0)
    throw invalidParameter('group_limit', 'group_limit needs to be a valid number greater than 0');
  const start = token === undefined ? 0 : groups.findIndex((group) => tokenOf(group) === token);
  if (start < 0)
    throw invalidParameter(
      'group_next_token',
      `invalid group_next_token '${token}'. were rule groups changed?`,
    );
  const next = groups[start + limit];
  return {
    groups: groups.slice(start, start + limit),
    ...(next === undefined ? {} : { nextToken: tokenOf(next) }),
  };
}

function tokenOf({ file, name }: RuleGroupView): string {
  return createHash('sha1').update(`${file};${name}`).digest('hex');
}

function typeOf(type: string | undefined): RuleFilter['type'] {
  if (type === undefined) return undefined;
  if (type === 'alert') return 'alerting';
  if (type === 'record') return 'recording';
  throw new ApiError('bad_data', `invalid parameter "type": not supported value "${type}"`);
}

function labelsFilter(match: RuleFilter['match']): (rule: { readonly labels: Labels }) => boolean {
  if (match.length === 0) return () => true;
  const tests = match.map(matchSeries);
  return (rule) => tests.some((accepts) => accepts(rule));
}
