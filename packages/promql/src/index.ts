export { arraySource, matchSeries } from './data/array-source.ts';
export {
  compareLabels,
  formatLabels,
  type Labels,
  labelOf,
  labelsKey,
  setLabel,
} from './data/labels.ts';
export { literalPrefix, literalShape } from './data/literal-shape.ts';
export { compileMatcher } from './data/matcher.ts';
export type { CancelSignal, SelectHints, SeriesColumns, SeriesSource } from './data/series.ts';
export type {
  MatrixSeries,
  QueryResult,
  QueryStats,
  Value,
  VectorSample,
} from './data/value.ts';
export { valueToJson } from './data/value-json.ts';
export {
  DEFAULT_LIMITS,
  type Limits,
  type SharedMemory,
  tooManySamples,
} from './engine/budget.ts';
export type { EngineFeatures } from './engine/context.ts';
export {
  Engine,
  type EngineOptions,
  type QueryOptions,
  type QueryRange,
} from './engine/engine.ts';
export type { Host } from './engine/host.ts';
export { Slices } from './engine/slices.ts';
export { sorted, sortedByLabels } from './engine/sorted.ts';
export { type Problem, PromQLError, type PromQLErrorCode } from './error.ts';
export {
  type BucketSpan,
  type Buckets,
  bucketsFromSpans,
  type CounterResetHint,
  CUSTOM_SCHEMA,
  type FloatHistogram,
  histogram,
} from './histogram/float-histogram.ts';
export { type HistogramJson, histogramToJson } from './histogram/json.ts';
export { toSchema } from './histogram/layout.ts';
export {
  addHistograms,
  compactHistogram,
  detectHistogramReset,
  subtractHistograms,
} from './histogram/operations.ts';
export { formatHistogram } from './histogram/text.ts';
export type * from './syntax/ast.ts';
export { typeOf } from './syntax/check.ts';
export { ALL_LANGUAGE_FEATURES, type LanguageFeatures } from './syntax/features.ts';
export { type FormatOptions, format } from './syntax/format.ts';
export { FUNCTIONS, type FunctionSignature, TIME_DEPENDENT_FUNCTIONS } from './syntax/functions.ts';
export { type ParseOptions, parse } from './syntax/parser.ts';
export { walk } from './syntax/walk.ts';
export { formatDuration, type Millis, parseDuration } from './text/duration.ts';
export { expansion } from './text/expansion.ts';
export { formatSample, formatShort, formatValue, parseNumber } from './text/number.ts';
export { quote, unquote } from './text/quote.ts';
