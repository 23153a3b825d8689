import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from './exposition.ts';
import { Scalar } from './scalar.ts';

function counter(name: string, help: string, label: string) {
  return new Scalar({
    ...{ type: 'counter', name, help, labelNames: [label], fixed: [], maxSeries: 10 },
    onOverflow: () => {},
  });
}

describe('exposition', () => {
  it('writes the escapes of the format specification', () => {
    // The specification's own example of awkward input: a Windows path and a quoted error message.
    const metric = counter('msdos_file_access_time_seconds', 'Line\nwith \\ and "', 'path');
    metric.series('C:\\DIR\\FILE.TXT\n"').value = 1.458255915e9;
    expect(render([metric])).toBe(
      '# HELP msdos_file_access_time_seconds Line\\nwith \\\\ and "\n' +
        '# TYPE msdos_file_access_time_seconds counter\n' +
        'msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT\\n\\""} 1458255915\n',
    );
  });

  it('writes infinities and NaN as the format spells them', () => {
    const metric = counter('a_total', 'A', 'l');
    metric.series('1').value = Number.POSITIVE_INFINITY;
    metric.series('2').value = Number.NEGATIVE_INFINITY;
    metric.series('3').value = Number.NaN;
    const samples = render([metric]).split('\n').slice(2);
    expect(samples).toEqual([
      'a_total{l="1"} +Inf',
      'a_total{l="2"} -Inf',
      'a_total{l="3"} NaN',
      '',
    ]);
  });

  it('puts the time in milliseconds behind every sample when it is asked to', () => {
    const metric = counter('a_total', 'A', 'l');
    metric.series('1').value = 2;
    expect(render([metric], { timestamp: 1395066363000 })).toContain(
      'a_total{l="1"} 2 1395066363000\n',
    );
  });

  it('gives families of one name one header, and a family without samples none', () => {
    const [first, second] = [counter('a_total', 'A', 'l'), counter('a_total', 'A', 'l')];
    first.series('1');
    second.series('2');
    expect(render([first, second, counter('empty_total', 'E', 'l')])).toBe(
      '# HELP a_total A\n# TYPE a_total counter\na_total{l="1"} 0\na_total{l="2"} 0\n',
    );
  });

  it('appends the text of another registry behind its own', () => {
    const metric = counter('a_total', 'A', 'l');
    metric.series('1');
    expect(render([metric], { append: '# TYPE b gauge\nb 1' })).toMatch(
      / 0\n# TYPE b gauge\nb 1\n$/,
    );
  });

  it('stands a family once when the appended text has it too, with the series of both', () => {
    const metric = counter('a_total', 'A', 'l');
    metric.series('1').value = 5;
    metric.series('2').value = 6;
    const append =
      '# HELP b B\n# TYPE b gauge\nb 1\n' +
      '# HELP a_total Theirs\n# TYPE a_total counter\na_total{l="2"} 60\na_total{l="3"} 7\n' +
      '# TYPE a_total_more counter\na_total_more{l="3"} 8\n';
    expect(render([metric], { append })).toBe(
      '# HELP a_total A\n# TYPE a_total counter\n' +
        'a_total{l="1"} 5\na_total{l="2"} 6\na_total{l="3"} 7\n' +
        '# HELP b B\n# TYPE b gauge\nb 1\n# TYPE a_total_more counter\na_total_more{l="3"} 8\n',
    );
  });

  it('leaves out a time that is not known', () => {
    const metric = counter('a_total', 'A', 'l');
    metric.series('1');
    for (const timestamp of [null, Number.NaN, undefined]) {
      expect(render([metric], { timestamp } as never)).toContain('a_total{l="1"} 0\n');
    }
  });

  it('keeps every sample on one line whose label reads back, whatever the label holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (value) => {
        const metric = counter('a_total', 'A', 'l');
        metric.series(value);
        const line = render([metric]).replace(/\n$/, '').split('\n').slice(2);
        expect(line).toHaveLength(1);
        const match = /^a_total\{l="((?:[^"\\]|\\["\\n])*)"\} 0$/su.exec(line[0]!);
        const read = match?.[1]?.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
        expect(read).toBe(value);
      }),
    );
  });
});
