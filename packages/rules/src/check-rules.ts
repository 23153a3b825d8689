import { ALL_LANGUAGE_FEATURES, type Expr, labelsKey, parse, walk } from '@bellwether/promql';
import { knownValue, labelKnowledge, whyNeverMatches } from './label-knowledge.ts';
import { type AlertingRule, type Rule, type RuleFile, type RuleGroup, ruleName } from './rule.ts';
import type { RuleFileIssue } from './rule-file-error.ts';

/** Something in a rule file that is allowed and most likely not meant. */
export interface Finding extends RuleFileIssue {
  readonly code: 'duplicate-rule' | 'never-matches' | 'label-never-there';
}

/**
 * Looks for rules that load and yet cannot do what they are for: two rules that write the same
 * series, operations whose sides never match, templates that name a label no alert will have.
 * Only what is sure from the text is reported.
 */
export function checkRules(file: RuleFile): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, RuleGroup>();
  for (const group of file.groups) {
    for (const rule of group.rules) {
      const report = (code: Finding['code'], message: string, hint: string): void => {
        const where = { group: group.name, rule: ruleName(rule) };
        findings.push({ file: file.file, ...rule.position, ...where, code, message, hint });
      };
      const key = `${rule.kind}\xff${ruleName(rule)}\xff${labelsKey(rule.labels)}`;
      const before = seen.get(key);
      if (before === undefined) seen.set(key, group);
      else {
        report(
          'duplicate-rule',
          `another rule of this name and these labels is in group "${before.name}"`,
          'give each its own labels, or remove one',
        );
      }
      checkRule(rule, parse(rule.expr, { features: ALL_LANGUAGE_FEATURES }), report);
    }
  }
  return findings;
}

type Report = (code: Finding['code'], message: string, hint: string) => void;

function checkRule(rule: Rule, expr: Expr, report: Report): void {
  walk(expr, (node) => {
    if (node.kind !== 'binary') return;
    const reason = whyNeverMatches(node);
    if (reason === undefined) return;
    report(
      'never-matches',
      `the sides of "${node.op}" never match: ${reason}`,
      'aggregate both sides to the labels they share, or name these with on(…) or ignoring(…)',
    );
  });
  if (rule.kind === 'alerting') checkTemplates(rule, expr, report);
}

const labelReference = /(?:\$labels|\.Labels)\.([a-zA-Z_][a-zA-Z0-9_]*)/g;

function checkTemplates(rule: AlertingRule, expr: Expr, report: Report): void {
  const knowledge = labelKnowledge(expr);
  for (const [name, text] of Object.entries({ ...rule.labels, ...rule.annotations })) {
    // A template that runs queries may speak of the labels of their results.
    if (/\bquery\b/.test(text)) continue;
    for (const [, label = ''] of text.matchAll(labelReference)) {
      if (knownValue(knowledge, label) !== '') continue;
      report(
        'label-never-there',
        `"${name}" uses label ${label}, which the result of the expression never has`,
        `keep it in the expression, as in "by (${label})"`,
      );
    }
  }
}
