/** Every public name of the package, one by one. */

export { Generations } from './bytes/generations.ts';
export { RecentCache } from './bytes/recent-cache.ts';
export { RequestError } from './bytes/request-error.ts';
export { sharedLabels } from './bytes/shared-text.ts';
export { type Steps, toEnd } from './bytes/steps.ts';
export { decodeUtf8, ownText } from './bytes/text.ts';
export { checkFeedback, checkPrediction, EventProblem } from './events/check.ts';
export type { EventCollector, Feedback, Prediction } from './events/event.ts';
export {
  FEEDBACK_FIELDS,
  FEEDBACK_SAYS,
  type Field,
  type Fields,
  MOST_COUNT,
  NAME_LENGTH,
  PREDICTION_FIELDS,
} from './events/fields.ts';
export { DEFAULT_EVENT_LIMITS, type EventLimits } from './events/limits.ts';
export { type EventFormat, type ReadEvents, readEvents } from './events/read-events.ts';
export { parseTime } from './events/time.ts';
export { CustomBuckets } from './exposition/custom-buckets.ts';
export { encodeFamilies, type SentFamily } from './exposition/encode-protobuf.ts';
export type { Exposition, MetricMetadata } from './exposition/exposition.ts';
export { ExpositionError } from './exposition/exposition-error.ts';
export { openMetricsSteps, parseOpenMetrics } from './exposition/openmetrics.ts';
export { type HistogramFaces, parseProtobuf, protobufSteps } from './exposition/protobuf.ts';
export { parseSeriesText, withoutEmpty } from './exposition/series-text.ts';
export { parseTextFormat, textFormatSteps } from './exposition/text-format.ts';
export { COARSEST_SCHEMA, FINEST_SCHEMA } from './metrics/histogram-problem.ts';
export {
  DEFAULT_RECEIVE_LIMITS,
  isLongerThan,
  LABEL_LIMITS,
  type ReceiveLimits,
} from './metrics/limits.ts';
export type {
  ExemplarInput,
  PushedMetadata,
  Received,
  ReceivedSeries,
  SeriesStart,
} from './metrics/received.ts';
export type { SampleInput, SeriesInput } from './metrics/samples.ts';
export {
  CONTENT_TYPES,
  exportResponse,
  type OtlpEncoding,
  STATUS_CODES,
  status,
} from './otlp/answer.ts';
export { DeltaStreams } from './otlp/delta-streams.ts';
export type { ResourceMetrics } from './otlp/messages.ts';
export { readJson } from './otlp/read-json.ts';
export { readProtobuf } from './otlp/read-protobuf.ts';
export type { Translated } from './otlp/series-builder.ts';
export { DEFAULT_OTLP_SETTINGS, type OtlpSettings } from './otlp/settings.ts';
export { hasDeltas, translate } from './otlp/translate.ts';
export { encodeV1, encodeV2, type SentSeries } from './remote-write/encode.ts';
export { LabelCache } from './remote-write/label-cache.ts';
export type { WriteRequest } from './remote-write/messages.ts';
export { SymbolCache } from './remote-write/symbol-cache.ts';
export { readWriteRequestV1, writeRequestV1Steps } from './remote-write/v1.ts';
export { readWriteRequestV2, writeRequestV2Steps } from './remote-write/v2.ts';
