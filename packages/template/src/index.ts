export {
  type AlertmanagerFunctionOptions,
  alertmanagerFunctions,
} from './alertmanager-functions.ts';
export { type CompileOptions, compile, type ExecuteOptions, type Template } from './compile.ts';
export {
  type CallContext,
  define,
  defineVariadic,
  type Functions,
  type TemplateFunction,
} from './functions.ts';
export { GoDuration } from './go-duration.ts';
export { GoTime } from './go-time.ts';
export {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
} from './humanize.ts';
export { toLower, toUpper } from './letter-case.ts';
export { formatValue } from './print-value.ts';
export { sprintf } from './printf.ts';
export {
  type PrometheusFunctionOptions,
  prometheusFunctions,
  type TemplateSample,
  templateSample,
} from './prometheus-functions.ts';
export { QueryExpander, type TemplateQuery } from './query-expander.ts';
export type { Limits } from './scope.ts';
export { TemplateError, type TemplatePhase } from './template-error.ts';
export { list, type Method, type Methods, SafeText, struct } from './values.ts';
