import { describe, expect, it } from 'vitest';
import { toEnd } from '../bytes/steps.ts';
import { ExpositionError } from './exposition-error.ts';
import { parseSeriesText } from './series-text.ts';
import { parseTextFormat, textFormatSteps } from './text-format.ts';

const never = (): boolean => false;

/** The example of prometheus.io, "Exposition formats", section "Text format example". */
const DOCUMENTED = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045

# A histogram, which has a pretty complex representation in the text format:
# HELP http_request_duration_seconds A histogram of the request duration.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320
`;

describe('parsing the text exposition format', () => {
  it('reads every line of the documented example', () => {
    const { series, values, times, metadata } = parseTextFormat(DOCUMENTED, never);
    expect(series).toHaveLength(9);
    expect(parseSeriesText(series[0]!)).toEqual({
      __name__: 'http_requests_total',
      method: 'post',
      code: '200',
    });
    expect(values[0]).toBe(1027);
    expect(times[0]).toBe(1395066363000);
    expect(parseSeriesText(series[2]!)).toEqual({
      __name__: 'msdos_file_access_time_seconds',
      path: 'C:\\DIR\\FILE.TXT',
      error: 'Cannot find file:\n"FILE.TXT"',
    });
    expect(times[3]).toBeNaN();
    expect(values[4]).toBe(Infinity);
    expect(times[4]).toBe(-3982045);
    expect(metadata.get('http_request_duration_seconds')).toEqual({
      type: 'histogram',
      help: 'A histogram of the request duration.',
      unit: '',
    });
  });

  it.each([
    ['NaN', Number.NaN],
    ['-Inf', -Infinity],
    ['1e-3', 0.001],
    ['+5', 5],
    ['.5', 0.5],
  ])('reads the value %s', (text, value) => {
    expect(parseTextFormat(`a ${text}\n`, never).values[0]).toBe(value);
  });

  it('reads names that are not of the classic alphabet when they are quoted', () => {
    expect(parseSeriesText('{"http.requests", "service.name"="mail"}')).toEqual({
      __name__: 'http.requests',
      'service.name': 'mail',
    });
  });

  it('allows blanks between a name, its labels and its value', () => {
    const { series, values } = parseTextFormat('a \t{ b = "1" , } \t 2\n', never);
    expect(parseSeriesText(series[0]!)).toEqual({ __name__: 'a', b: '1' });
    expect(values).toEqual([2]);
  });

  it('keeps labels whose value is empty: they say that there is none', () => {
    expect(parseSeriesText('a{b="",c="1"}')).toEqual({ __name__: 'a', b: '', c: '1' });
  });

  it('reads a text in pieces as it reads the whole', () => {
    const whole = parseTextFormat(DOCUMENTED, never);
    for (const size of [1, 2, 7, 100]) {
      const pieces: string[] = [];
      for (let i = 0; i < DOCUMENTED.length; i += size) pieces.push(DOCUMENTED.slice(i, i + size));
      expect(toEnd(textFormatSteps(pieces, never))).toEqual(whole);
    }
  });

  it('reads no line that is longer than a mebibyte, wherever it ends', () => {
    const long = `a{b="${'x'.repeat(2 ** 20)}"} 1`;
    for (const text of [long, `${long}\n`, `ok 1\n# HELP a ${long}\n`])
      expect(() => parseTextFormat(text, never)).toThrow(/^line [12] is longer than 1048576/);
  });

  it.each([
    ['a{b="1" 2\n', 'line 1, column 10: a "{" or a quote is never closed'],
    ['ok 1\na{b=1} 2\n', 'line 2, column 5: a label value must stand in double quotes'],
    ['ok 1\n\na twelve\n', 'line 3, column 2: "twelve" is not a number'],
    ['a 1 2 3\n', 'line 1, column 7: nothing may follow the timestamp'],
    ['a 1 1.5\n', 'line 1, column 5: "1.5" is not a timestamp'],
    ['a\n', 'line 1, column 2: a value is missing'],
    ['{b="1"} 1\n', 'line 1, column 1: a metric name is missing'],
    ['a{b="1",b="2"} 1\n', 'label "b" stands twice'],
    ['a{b="",b="2"} 1\n', 'label "b" stands twice'],
    ['{__name__=""} 1\n', 'a metric name is missing'],
    ['# TYPE a dial\na 1\n', '"dial" is not a metric type'],
    ['0a 1\n', 'line 1, column 1'],
  ])('refuses %j and names the place', (text, message) => {
    expect(() => parseTextFormat(text, never)).toThrow(ExpositionError);
    expect(() => parseTextFormat(text, never)).toThrow(message);
  });
});
