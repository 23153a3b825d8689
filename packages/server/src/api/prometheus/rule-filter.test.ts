import { describe, expect, it } from 'vitest';
import type { RuleGroupView, RuleView } from '../../metrics/source.ts';
import { ApiError } from './errors.ts';
import { Params } from './params.ts';
import { filterRules, pageOf, ruleFilter } from './rule-filter.ts';

const common = { query: 'up', health: 'ok', lastError: null, lastEvaluation: 0, evaluationMs: 1 };
const recording = (name: string, labels = {}): RuleView =>
  ({ ...common, type: 'recording', name, labels }) as RuleView;
const alerting = (name: string, labels = {}): RuleView =>
  ({
    ...common,
    type: 'alerting',
    state: 'inactive',
    forMs: 0,
    keepFiringForMs: 0,
    annotations: {},
    alerts: [],
    name,
    labels,
  }) as RuleView;
const group = (name: string, file: string, ...rules: RuleView[]): RuleGroupView => ({
  name,
  file,
  intervalMs: 1000,
  limit: 0,
  lastEvaluation: null,
  evaluationMs: 0,
  rules,
});

const GROUPS = [
  group('a', 'x.yml', alerting('Down', { severity: 'page' }), recording('up:sum')),
  group('b', 'x.yml', alerting('Slow', { severity: 'ticket', team: 'web' })),
  group('a', 'y.yml', recording('up:avg', { team: 'web' })),
];
const params = (question: string): Params => new Params(`/rules?${question}`, undefined);
const left = (question: string): string[] =>
  filterRules(GROUPS, ruleFilter(params(question))).map(
    ({ name, file, rules }) => `${file}/${name}: ${rules.map((rule) => rule.name).join(' ')}`,
  );

/** As prometheus.io, "HTTP API", "Rules", says. */
describe('rules are left', () => {
  it.each([
    ['', ['x.yml/a: Down up:sum', 'x.yml/b: Slow', 'y.yml/a: up:avg']],
    ['type=alert', ['x.yml/a: Down', 'x.yml/b: Slow']],
    ['type=Record', ['x.yml/a: up:sum', 'y.yml/a: up:avg']],
    ['rule_name[]=Slow&rule_name[]=up:avg', ['x.yml/b: Slow', 'y.yml/a: up:avg']],
    ['rule_group[]=a', ['x.yml/a: Down up:sum', 'y.yml/a: up:avg']],
    ['rule_group[]=a&file[]=y.yml', ['y.yml/a: up:avg']],
    ['match[]={team="web"}', ['x.yml/b: Slow', 'y.yml/a: up:avg']],
    ['match[]={team="web",severity!=""}', ['x.yml/b: Slow']],
    [
      'match[]={team="web"}&match[]={severity="page"}&type=alert',
      ['x.yml/a: Down', 'x.yml/b: Slow'],
    ],
    ['rule_name[]=None', []],
  ])('by %s', (question, expected) => {
    expect(left(question.replaceAll('"', '%22'))).toEqual(expected);
  });
});

describe('pages of groups', () => {
  it('follow one another by their token to the end', () => {
    const first = pageOf(GROUPS, params('group_limit=2'));
    expect(first.groups).toEqual(GROUPS.slice(0, 2));
    // sha1 of "y.yml;a"
    expect(first.nextToken).toBe('db6cac88f93809bd1e01f6baee4db20106be65c4');
    const last = pageOf(GROUPS, params(`group_limit=2&group_next_token=${first.nextToken}`));
    expect(last).toEqual({ groups: GROUPS.slice(2) });
    expect(pageOf(GROUPS, params(''))).toEqual({ groups: GROUPS });
  });

  it.each([
    'group_limit=0',
    'group_limit=x',
    'group_next_token=x',
    'group_limit=1&group_next_token=x',
  ])('are not made of %s', (question) => {
    expect(() => pageOf(GROUPS, params(question))).toThrow(ApiError);
  });
});
