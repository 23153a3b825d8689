export { openServer, type RunningServer, type ServerOptions } from './compose.ts';
export { configFrom, type LoadedConfig, loadConfig } from './config/load.ts';
export type { Config, ConfigInput } from './config/schema.ts';
export { BellwetherError, type ErrorCode } from './errors.ts';
export { createLogger, type Logger } from './log.ts';
export { PrometheusMetricSource, type PrometheusOptions } from './metrics/prometheus.ts';
export type { MetricSource } from './metrics/source.ts';
export { openEmbeddedClickHouse } from './store/clickhouse.ts';
