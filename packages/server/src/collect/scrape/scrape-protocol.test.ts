import { describe, expect, it } from 'vitest';
import { acceptHeader, formatOf, NATIVE_PROTOCOLS } from './scrape-protocol.ts';

const PROTOBUF = 'application/vnd.google.protobuf';

// Source: prometheus.io, "Scrape protocol content negotiation".
describe('agreeing on a format', () => {
  it('asks for protocols in their order of preference', () => {
    expect(acceptHeader(NATIVE_PROTOCOLS)).toBe(
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    );
    expect(acceptHeader(['PrometheusText0.0.4', 'PrometheusProto'])).toBe(
      'text/plain;version=0.0.4;q=0.3,application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.2,*/*;q=0.1',
    );
  });

  it.each([
    ['text/plain; version=0.0.4; charset=utf-8', 'text'],
    ['text/plain', 'text'],
    ['', 'text'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
    [`${PROTOBUF}; proto=io.prometheus.client.MetricFamily; encoding=delimited`, 'protobuf'],
    [`${PROTOBUF};encoding="delimited";proto="io.prometheus.client.MetricFamily"`, 'protobuf'],
  ])('reads %j as %s', (contentType, format) => {
    expect(formatOf(contentType, undefined)).toBe(format);
  });

  it.each([
    'text/html',
    PROTOBUF,
    `${PROTOBUF}; proto=io.prometheus.client.MetricFamily; encoding=text`,
    `${PROTOBUF}; proto=io.prometheus.client.MetricFamily; encoding=compact-text`,
    `${PROTOBUF}; proto=other.Message; encoding=delimited`,
  ])('refuses %j, unless told what it is', (contentType) => {
    expect(() => formatOf(contentType, undefined)).toThrow('which is no exposition format');
    expect(formatOf(contentType, 'PrometheusProto')).toBe('protobuf');
    expect(formatOf(contentType, 'OpenMetricsText0.0.1')).toBe('openmetrics');
    expect(formatOf(contentType, 'PrometheusText1.0.0')).toBe('text');
  });
});
