import { describe, expect, it } from 'vitest';
import type { MetricData } from './messages.ts';
import { labelName, metricName } from './names.ts';
import type { TranslationStrategy } from './settings.ts';
import { unitName } from './units.ts';

const gauge: MetricData = { kind: 'gauge', points: [] };
const counter: MetricData = { kind: 'sum', points: [], temporality: 'cumulative', monotonic: true };
const upDown: MetricData = { ...counter, monotonic: false };
const histogram: MetricData = { kind: 'histogram', points: [], temporality: 'cumulative' };

function named(
  name: string,
  unit: string,
  data: MetricData,
  strategy: TranslationStrategy = 'UnderscoreEscapingWithSuffixes',
): string | undefined {
  return metricName({ name, unit, data }, strategy);
}

// The expected names are those of the tests of prometheus/otlptranslator.
describe('a metric name for Prometheus', () => {
  it.each([
    ['requests', '', counter, 'requests_total'],
    ['requests_total', '', counter, 'requests_total'],
    ['items', '1', counter, 'items_total'],
    ['cpu_usage', '1', gauge, 'cpu_usage_ratio'],
    ['cpu_usage_ratio', '1', gauge, 'cpu_usage_ratio'],
    ['response_time', 'ms', gauge, 'response_time_milliseconds'],
    ['response_time_seconds', 's', gauge, 'response_time_seconds'],
    ['memory_usage', 'By', gauge, 'memory_usage_bytes'],
    ['requests', '1/s', gauge, 'requests_per_second'],
    ['throughput', 'By/s', gauge, 'throughput_bytes_per_second'],
    ['custom_metric', 'custom_unit', gauge, 'custom_metric_custom_unit'],
    ['custom_metric', '{custom}', gauge, 'custom_metric'],
    ['custom_metric', 'By/{custom}', gauge, 'custom_metric_bytes'],
    ['metric', ' By / s ', gauge, 'metric_bytes_per_second'],
    ['metric', 'By/', gauge, 'metric_bytes'],
    ['metric', '/', gauge, 'metric'],
    ['custom', '1/custom_unit', gauge, 'custom_per_custom_unit'],
    ['invoices', '1/mo', gauge, 'invoices_per_month'],
    ['cpu_usage', '%', gauge, 'cpu_usage_percent'],
    ['active_connections', '', upDown, 'active_connections'],
    ['http.request.duration', 'ms', histogram, 'http_request_duration_milliseconds'],
    [
      'metric__with__multiple__underscores',
      'unit__multiple__underscores',
      gauge,
      'metric_with_multiple_underscores_unit_multiple_underscores',
    ],
    [
      'custom_metric',
      'unit@with#special/chars',
      gauge,
      'custom_metric_unit_with_special_per_chars',
    ],
    ['@#$%', '', gauge, undefined],
  ])('says unit and type: %s in %s', (name, unit, data, expected) => {
    expect(named(name, unit, data)).toBe(expected);
  });

  it.each([
    ['simple_metric', 'simple_metric'],
    ['metric@with#special$chars', 'metric_with_special_chars'],
    ['metric@@##$$name', 'metric_name'],
    ['123metric', '_123metric'],
    ['@#$%', undefined],
    ['', undefined],
  ])('escapes %s and says no more where suffixes are off', (name, expected) => {
    expect(named(name, 's', counter, 'UnderscoreEscapingWithoutSuffixes')).toBe(expected);
  });

  it.each([
    ['requêsts', '', counter, 'requêsts_total'],
    ['cpu_usagé', '1', gauge, 'cpu_usagé_ratio'],
    ['respønse_time', 'ms', gauge, 'respønse_time_milliseconds'],
    ['requêsts', '1/s', counter, 'requêsts_per_second_total'],
    ['cpu_seconds_total', 's', counter, 'cpu_seconds_total'],
    ['@#$%', '', counter, '@#$%_total'],
  ])('keeps UTF-8 where it may: %s in %s', (name, unit, data, expected) => {
    expect(named(name, unit, data, 'NoUTF8EscapingWithSuffixes')).toBe(expected);
  });

  it('is what the sender wrote where nothing is translated', () => {
    expect(named('http.requests', '1', counter, 'NoTranslation')).toBe('http.requests');
  });
});

describe('a unit in metadata', () => {
  it.each([
    ['By/s', 'bytes_per_second'],
    ['1/s', 'per_second'],
    ['1', ''],
    ['{request}', ''],
    ['unit@with#special/chars', 'unit_with_special_per_chars'],
  ])('%s is %s', (unit, expected) => expect(unitName(unit)).toBe(expected));
});

describe('a label name for Prometheus', () => {
  it.each([
    ['label:with:colons', 'label_with_colons'],
    ['LabelWithCapitalLetters', 'LabelWithCapitalLetters'],
    ['label!with&special$chars)', 'label_with_special_chars_'],
    ['label_with_foreign_characters_字符', 'label_with_foreign_characters___'],
    ['label.with.dots', 'label_with_dots'],
    ['123label', 'key_123label'],
    ['_label_starting_with_underscore', 'key_label_starting_with_underscore'],
    ['__label_starting_with_2underscores', '__label_starting_with_2underscores'],
    ['ようこそ', undefined],
    ['', undefined],
  ])('%s is %s', (attribute, expected) => {
    expect(labelName(attribute, 'UnderscoreEscapingWithSuffixes')).toBe(expected);
    const kept = attribute === '' ? undefined : attribute;
    expect(labelName(attribute, 'NoUTF8EscapingWithSuffixes')).toBe(kept);
  });
});
