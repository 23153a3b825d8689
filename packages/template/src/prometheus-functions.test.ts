import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';

import { prometheusFunctions } from './prometheus-functions.ts';
import { QueryExpander } from './query-expander.ts';

const functions = prometheusFunctions({
  externalUrl: 'http://testhost:9090/path/prefix',
  now: 1_435_065_584_128,
});
const run = (text: string, data?: unknown): string =>
  compile(text, { functions, missingKey: 'zero' }).execute(data);

/** One line of output for each item, as Prometheus' own tests do it. */
const each = (fn: string, items: readonly unknown[]): string =>
  run(`{{range .}}{{${fn} .}}:{{end}}`, items);

const infinities = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];

// Facts from Prometheus, template/template_test.go.
describe('numbers for people', () => {
  it.each([
    ['humanize', [0, 1, 1234567, 0.12], '0:1:1.235M:120m:'],
    ['humanize', ['0.0', '1.0', '1234567.0', '.12'], '0:1:1.235M:120m:'],
    ['humanize', [0n, -1n, 1n, 1234567n, 9223372036854775807n], '0:-1:1:1.235M:9.223E:'],
    ['humanize1024', [0, 1, 1048576, 0.12], '0:1:1Mi:0.12:'],
    ['humanize1024', [0n, -1n, 1n, 1234567n, 9223372036854775807n], '0:-1:1:1.177Mi:8Ei:'],
    [
      'humanizeDuration',
      [0, 1, 60, 3600, 86400, 86400 + 3600, -(86400 * 2 + 3600 * 3 + 60 * 4 + 5), 899.99],
      '0s:1s:1m 0s:1h 0m 0s:1d 0h 0m 0s:1d 1h 0m 0s:-2d 3h 4m 5s:14m 59s:',
    ],
    [
      'humanizeDuration',
      [0.1, 0.0001, 0.12345, 60.1, 60.5, 1.2345, 12.345],
      '100ms:100us:123.5ms:1m 0s:1m 0s:1.234s:12.35s:',
    ],
    ['humanizePercentage', [-0.22222, 0, 0.1234567, 1.23456], '-22.22%:0%:12.35%:123.5%:'],
    ['humanizePercentage', [0n, -1n, 1234567n], '0%:-100%:1.235e+08%:'],
    [
      'humanizeTimestamp',
      [0n, -1n, 1n, 1234567n],
      '1970-01-01 00:00:00 +0000 UTC:1969-12-31 23:59:59 +0000 UTC:1970-01-01 00:00:01 +0000 UTC:1970-01-15 06:56:07 +0000 UTC:',
    ],
    ['humanize', infinities, '+Inf:-Inf:NaN:'],
    ['humanize1024', infinities, '+Inf:-Inf:NaN:'],
    ['humanizeDuration', infinities, '+Inf:-Inf:NaN:'],
    ['humanizeTimestamp', infinities, '+Inf:-Inf:NaN:'],
  ])('%s of several gives each its text', (fn, items, text) => {
    expect(each(fn, items)).toBe(text);
  });
});

describe('texts and addresses', () => {
  it.each([
    ['{{ externalURL }}', 'http://testhost:9090/path/prefix'],
    ['{{ pathPrefix }}', '/path/prefix'],
    ['{{ graphLink "up" }}', '/graph?g0.expr=up&g0.tab=0'],
    ['{{ tableLink "up" }}', '/graph?g0.expr=up&g0.tab=1'],
    ['{{ "aa bb CC" | title }}', 'Aa Bb CC'],
    ['{{ "foo.example.com" | stripPort }}', 'foo.example.com'],
    ['{{ "192.0.2.1:12345" | stripPort }}', '192.0.2.1'],
    ['{{ "2001:0DB8::1" | stripPort }}', '2001:0DB8::1'],
    ['{{ "[2001:0DB8::1]:12345" | stripPort }}', '2001:0DB8::1'],
    ['{{ "[2001:0DB8::1]::12345" | stripPort }}', '[2001:0DB8::1]::12345'],
    ['{{ "foo.example.com:12345" | stripDomain }}', 'foo:12345'],
    ['{{ "192.0.2.1:12345" | stripDomain }}', '192.0.2.1:12345'],
    ['{{ "[2001:0DB8::1]:12345" | stripDomain }}', '[2001:0DB8::1]:12345'],
    ['{{ printf "%0.2f" (parseDuration "1h2m10ms") }}', '3720.01'],
    ['{{ (parseDurationTime "1h2m").Minutes }} {{ parseDurationTime "1h2m10ms" }}', '62 1h2m0.01s'],
    ['{{ toDuration 90 }} {{ toDuration 0.25 }}', '1m30s 250ms'],
    ['{{ now | printf "%.3f" }} {{ (toTime now).Format "15:04" }}', '1435065584.128 13:19'],
    ['{{ define "a" }}x{{ . }}{{ end }}{{ $name := "a"}}{{ tmpl $name 1 }}', 'x1'],
  ])('%s', (text, expected) => {
    expect(run(text)).toBe(expected);
  });
});

describe('queries', () => {
  const answers: Record<string, { labels: Record<string, string>; value: number }[]> = {
    metric: [
      { labels: { __name__: 'metric', instance: 'b' }, value: 21 },
      { labels: { __name__: 'metric', instance: 'a', __value__: 'x' }, value: 11 },
    ],
    b: [{ labels: {}, value: 2 }],
  };
  const asked: string[] = [];
  const expand = async (text: string): Promise<string> => {
    const expander = new QueryExpander(async (expr) => {
      asked.push(expr);
      if (expr === 'bad') throw new Error('1:1: parse error');
      return answers[expr] ?? [];
    });
    return expander.expand(compile(text, { name: 't', functions, missingKey: 'zero' }), null);
  };

  it.each([
    [
      '{{ range query "metric" | sortByLabel "instance" }}{{.Labels.instance}}:{{.Value}}: {{end}}',
      'a:11: b:21: ',
    ],
    ['{{ query "metric" | first | value }}', '21'],
    ['{{ query "metric" | first | label "instance" }}', 'b'],
    ['{{ query "metric" | first | label "foo" }}|{{ (query "metric" | first).Labels.foo }}', '|'],
    ['{{ query "metric" | sortByLabel "instance" | first | strvalue }}', 'x'],
    ['{{ with query "none" }}some{{ else }}none{{ end }}', 'none'],
    [
      '{{ $v := query "b" | first | value }}{{ if gt $v 1.0 }}{{ query "metric" | len }}{{ end }}',
      '2',
    ],
  ])('%s', async (text, expected) => {
    expect(await expand(text)).toBe(expected);
  });

  it('are asked once each', async () => {
    asked.length = 0;
    await expand('{{ range 3 }}{{ query "b" | len }}{{ query "metric" | len }}{{ end }}');
    expect(asked).toEqual(['b', 'metric']);
  });

  it('that fail, or find nothing to take the first of, are errors of the template', async () => {
    await expect(expand('{{ query "bad" }}')).rejects.toThrow(
      'template: t:1:3: executing "t" at <query "bad">: error calling query: 1:1: parse error',
    );
    await expect(expand('{{ query "missing" | first }}')).rejects.toThrow(
      'template: t:1:21: executing "t" at <first>: error calling first: first() called on vector with no elements',
    );
  });

  it('cannot go on for ever', async () => {
    const text = '{{ range $i := 1000 }}{{ query (print "q" $i) | len }}{{ end }}';
    await expect(expand(text)).rejects.toThrow('more than 100 different queries');
  });
});
