import { describe, expect, it } from 'vitest';
import { ExpositionError } from './exposition-error.ts';
import { parseOpenMetrics } from './openmetrics.ts';
import { parseSeriesText } from './series-text.ts';

const never = (): boolean => false;

/** After the examples of the OpenMetrics specification 1.0.0, sections "Overall Structure", "Exemplars" and "Unit". */
const SPECIFIED = `# TYPE acme_http_router_request_seconds summary
# UNIT acme_http_router_request_seconds seconds
# HELP acme_http_router_request_seconds Latency though all of ACME's HTTP request router.
acme_http_router_request_seconds_sum{path="/api/v1",method="GET"} 9036.32
acme_http_router_request_seconds_count{path="/api/v1",method="GET"} 807283.0
acme_http_router_request_seconds_created{path="/api/v1",method="GET"} 1605281325.0
# TYPE go_goroutines gauge
# HELP go_goroutines Number of goroutines that currently exist.
go_goroutines 69
# TYPE process_cpu_seconds counter
# UNIT process_cpu_seconds seconds
process_cpu_seconds_total 4.20072246e+06
# TYPE foo histogram
foo_bucket{le="0.01"} 0
foo_bucket{le="0.1"} 8 # {} 0.054
foo_bucket{le="1"} 11 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67
foo_bucket{le="+Inf"} 17 # {trace_id="oHg5SJ#YRHA0",span="}"} 9.8 1520879607.789
foo_count 17
foo_sum 324789.3
# TYPE state stateset
state{state="a"} 1
# TYPE build info
build_info{version="1"} 1
# EOF
`;

describe('parsing OpenMetrics text', () => {
  const parsed = parseOpenMetrics(SPECIFIED, never);

  it('reads samples, among them _created and _info as series like any other', () => {
    const read = parsed.series.map((text, row) => [text, parsed.values[row]]);
    expect(read).toContainEqual(['process_cpu_seconds_total', 4200722.46]);
    expect(read).toContainEqual([
      'acme_http_router_request_seconds_created{path="/api/v1",method="GET"}',
      1605281325,
    ]);
    expect(read).toContainEqual(['build_info{version="1"}', 1]);
    expect(parsed.series).toHaveLength(13);
  });

  it('reads timestamps in seconds', () => {
    const row = parsed.series.indexOf('foo_bucket{le="1"}');
    expect(parsed.times[row]).toBe(1520879607789);
    expect(parsed.times[0]).toBeNaN();
  });

  it('reads type, help and unit under the name of the family', () => {
    expect(parsed.metadata.get('acme_http_router_request_seconds')).toEqual({
      type: 'summary',
      help: "Latency though all of ACME's HTTP request router.",
      unit: 'seconds',
    });
    expect(parsed.metadata.get('process_cpu_seconds')).toMatchObject({ type: 'counter' });
    expect(parsed.metadata.get('build')).toMatchObject({ type: 'info' });
    expect(parsed.metadata.get('state')).toMatchObject({ type: 'stateset' });
  });

  it('reads exemplars, with labels that look like the end of something', () => {
    const [bare, traced, odd] = parsed.exemplars;
    expect(bare).toMatchObject({ labels: {}, value: 0.054, time: Number.NaN });
    expect(parseSeriesText(parsed.series[bare!.row]!)['le']).toBe('0.1');
    expect(traced).toMatchObject({ labels: { trace_id: 'KOO5S4vxi0o' }, value: 0.67 });
    expect(odd).toMatchObject({
      labels: { trace_id: 'oHg5SJ#YRHA0', span: '}' },
      value: 9.8,
      time: 1520879607789,
    });
  });

  it.each([
    ['a 1\n', 'does not end with # EOF'],
    ['', 'does not end with # EOF'],
    ['# EOF\na 1\n', 'line 2, column 1: nothing may follow # EOF'],
    ['a 1\n\n# EOF\n', 'line 2, column 1: OpenMetrics has no empty lines'],
    ['# a remark\n# EOF\n', 'line 1, column 1: a comment must be'],
    ['# TYPE a dial\n# EOF\n', '"dial" is not a metric type'],
    ['# TYPE a untyped\n# EOF\n', '"untyped" is not a metric type'],
    ['# UNIT a seconds\n# EOF\n', 'the name must end with its unit'],
    ['a 1 soon\n# EOF\n', 'line 1, column 5: "soon" is not a timestamp in seconds'],
    ['a 1 NaN\n# EOF\n', '"NaN" is not a timestamp'],
    ['a 1 # 5\n# EOF\n', 'an exemplar begins with its labels'],
    ['a 1 # {x="1"}\n# EOF\n', 'a value is missing'],
    ['a 1 # {x="1"} 1 2 3\n# EOF\n', 'nothing may follow the timestamp'],
    ['a\n# EOF\n', 'a value is missing'],
  ])('refuses %j', (text, message) => {
    expect(() => parseOpenMetrics(text, never)).toThrow(ExpositionError);
    expect(() => parseOpenMetrics(text, never)).toThrow(message);
  });
});
