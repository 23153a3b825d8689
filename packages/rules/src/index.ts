export {
  type AlertInstance,
  type AlertObservation,
  type AlertState,
  decideAlert,
  needsSending,
} from './alert-state.ts';
export { checkRules, type Finding } from './check-rules.ts';
export { engineQuery } from './engine-query.ts';
export { alertsMetric, forStateMetric } from './evaluate-alerting-rule.ts';
export {
  type ActiveAlert,
  type EvaluateGroupOptions,
  evaluateGroup,
  type GroupEvaluation,
  type RuleReport,
} from './evaluate-group.ts';
export {
  carryState,
  type GroupState,
  initialGroupState,
  type RuleHealth,
  type RuleState,
  seriesOf,
} from './group-state.ts';
export type { NameValidation } from './names.ts';
export type { AlertNotification } from './notification.ts';
export { type ParseRuleFileOptions, parseRuleFile } from './parse-rule-file.ts';
export type { QueryFunc, SeriesSample, VectorSample } from './query.ts';
export { type RestoreOptions, restoreForState } from './restore-for-state.ts';
export {
  type AlertingRule,
  type RecordingRule,
  type Rule,
  type RuleFile,
  type RuleGroup,
  type RulePosition,
  ruleName,
} from './rule.ts';
export { describeIssue, RuleFileError, type RuleFileIssue } from './rule-file-error.ts';
export {
  evaluationSlot,
  groupOffsetMs,
  type NextEvaluation,
  nextEvaluation,
} from './schedule.ts';
export { shiftState } from './shift-state.ts';
export {
  describeFailure,
  type RuleTestFailure,
  type RuleTestReport,
  type RuleTestResult,
  type RunRuleTestsOptions,
  runRuleTests,
} from './testing/run-rule-tests.ts';
export type { YamlProblem } from './yaml/problem.ts';
export { yamlBoolean, yamlNumber } from './yaml/scalars.ts';
export {
  isNullNode,
  offsetOf,
  scalarText,
  YamlDocument,
} from './yaml/yaml-document.ts';
