/** One thing that is wrong in a rule file. Line and column count from 1. */
export interface RuleFileIssue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly group?: string;
  /** Name of the alert or of the recorded series. */
  readonly rule?: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A rule file that cannot be used; `issues` holds everything wrong in it, in file order. */
export class RuleFileError extends Error {
  readonly code = 'RULE_FILE';
  readonly issues: readonly RuleFileIssue[];

  constructor(issues: readonly RuleFileIssue[]) {
    super(issues.map(describeIssue).join('\n'));
    this.name = 'RuleFileError';
    this.issues = issues;
  }
}

/** An issue on one line: `rules.yml:12:9: group "a", rule "b": message (hint)`. */
export function describeIssue(issue: RuleFileIssue): string {
  const group = issue.group === undefined ? '' : `group ${JSON.stringify(issue.group)}`;
  const rule = issue.rule === undefined ? '' : `rule ${JSON.stringify(issue.rule)}`;
  const where = [group, rule].filter((part) => part !== '').join(', ');
  const hint = issue.hint === undefined ? '' : ` (${issue.hint})`;
  const place = `${issue.file}:${issue.line}:${issue.column}`;
  return `${place}: ${where === '' ? '' : `${where}: `}${issue.message}${hint}`;
}
