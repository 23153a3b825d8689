import type { ScrapeProtocol } from '../../config/scrape-schema.ts';

/** Which parser reads an answer. */
export type ExpositionFormat = 'text' | 'openmetrics' | 'protobuf';

/** What we ask for unless told otherwise: the order of preference that Prometheus has. */
export const DEFAULT_PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
];

/** The same where native histograms are wanted: protobuf alone has them. */
export const NATIVE_PROTOCOLS: readonly ScrapeProtocol[] = [
  'PrometheusProto',
  ...DEFAULT_PROTOCOLS,
];

const PROTOBUF = 'application/vnd.google.protobuf';

const MEDIA_TYPES: Readonly<Record<ScrapeProtocol, string>> = {
  PrometheusProto: `${PROTOBUF};proto=io.prometheus.client.MetricFamily;encoding=delimited`,
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0;escaping=allow-utf-8',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
};

/**
 * The Accept header that asks for protocols in order of preference.
 * Source: prometheus.io, "Scrape protocol content negotiation".
 */
export function acceptHeader(protocols: readonly ScrapeProtocol[]): string {
  const types = protocols.map(
    (protocol, index) => `${MEDIA_TYPES[protocol]};q=0.${protocols.length + 1 - index}`,
  );
  return [...types, '*/*;q=0.1'].join(',');
}

/**
 * The format of an answer by its Content-Type, or by `fallback_scrape_protocol` where that says nothing of use. An answer
 * without Content-Type is read as text, as Prometheus 2 did; Prometheus 3 refuses it.
 * Source: prometheus.io, "Prometheus 3.0 migration guide", section "Scrape protocols".
 * @throws Error when neither names a format.
 */
export function formatOf(
  contentType: string,
  fallback: ScrapeProtocol | undefined,
): ExpositionFormat {
  const media = contentType.split(';', 1)[0]!.trim().toLowerCase();
  if (media === 'application/openmetrics-text') return 'openmetrics';
  if (media === 'text/plain') return 'text';
  if (media === PROTOBUF && isDelimited(contentType)) return 'protobuf';
  if (fallback === 'PrometheusProto') return 'protobuf';
  if (fallback !== undefined) return fallback.startsWith('OpenMetrics') ? 'openmetrics' : 'text';
  if (media === '') return 'text';
  throw new Error(
    `the target answers with Content-Type "${contentType}", which is no exposition format; if it is one, set fallback_scrape_protocol`,
  );
}

/** Other messages and ways of joining them have the same media type. */
function isDelimited(contentType: string): boolean {
  const parameters = contentType.toLowerCase().replaceAll(/[\s"]/g, '').split(';');
  return (
    parameters.includes('proto=io.prometheus.client.metricfamily') &&
    parameters.includes('encoding=delimited')
  );
}
