export type { LatencySummary } from './latency-window.ts';
export type { ExposeOptions } from './metric/exposition.ts';
export type { Family, LabelSet, MetricType, SampleSink } from './metric/family.ts';
export { exposeAll, type Monitor, monitor } from './monitor.ts';
export type { FeatureOptions, FeedbackOptions, MonitorOptions } from './options.ts';
export type { FeedbackResult } from './pending-predictions.ts';
export type { PromClientRegistry } from './prom-client.ts';
export type { Feedback, Observation } from './quality.ts';
export type { WrapOptions } from './wrap.ts';
