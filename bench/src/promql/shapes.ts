/** How many evaluation steps a range query takes; one every 10 seconds, up to the end of the data. */
type Steps = 1 | 100 | 1000;

/** A query shape to be compared. */
export interface Shape {
  readonly expression: string;
  /** Absent: an instant query at the end of the data. */
  readonly steps?: Steps;
}

function range(steps: Steps, ...expressions: readonly string[]): Shape[] {
  return expressions.map((expression) => ({ expression, steps }));
}

/** The expression shapes of Prometheus' own `BenchmarkRangeQuery` and `BenchmarkJoinQuery`. */
export const SHAPES: readonly Shape[] = [
  ...range(1000, 'a_hundred', 'rate(a_hundred[1m])', 'rate(a_hundred[1h])', 'rate(a_hundred[1d])'),
  ...range(
    100,
    'changes(a_hundred[1d])',
    'increase(a_ten[1h])',
    'irate(a_hundred[5m])',
    'absent_over_time(a_hundred[1d])',
    'sum_over_time(a_hundred[1h])',
    'avg_over_time(a_hundred[1d])',
    'max_over_time(a_hundred[1h])',
    'min_over_time(a_hundred[1d])',
    'stddev_over_time(a_hundred[1h])',
    'quantile_over_time(0.9, a_hundred[1h])',
    'deriv(a_hundred[1h])',
    'max_over_time(rate(a_ten[1m])[1h:1m])',
    'sum_over_time(a_ten[1d:5m])',
  ),
  ...range(
    1000,
    '-a_hundred',
    'a_hundred - b_hundred',
    'a_hundred > 10000',
    'a_hundred == bool b_hundred',
    "a_hundred and b_hundred{l=~'.*[0-4]$'}",
    "a_hundred or b_hundred{l=~'.*[0-4]$'}",
    "a_hundred unless b_hundred{l=~'.*[0-4]$'}",
    'abs(a_hundred)',
    "label_replace(a_hundred, 'l2', '$1', 'l', '(.*)')",
    "label_join(a_hundred, 'l2', '-', 'l', 'l')",
    'sum(a_hundred)',
    'avg(a_hundred)',
    'topk(1, a_hundred)',
    'topk(5, a_hundred)',
    'quantile(0.9, a_hundred)',
    'absent(a_hundred)',
    'rate(a_hundred[1m]) + rate(b_hundred[1m])',
    'sum without (l)(rate(a_hundred[1m]))',
    'sum without (l)(rate(a_hundred[1m])) / sum without (l)(rate(b_hundred[1m]))',
    'a_hundred + on(l) group_right a_one',
    'histogram_quantile(0.9, rate(h_ten[5m]))',
  ),
  ...range(
    100,
    'sum without (l)(h_hundred)',
    'sum without (le)(h_hundred)',
    'sum by (l)(h_hundred)',
    'sum by (le)(h_hundred)',
    'histogram_quantile(0.9, rate(h_hundred[5m]))',
    'histogram_quantile(0.9, sum by (le)(rate(h_hundred[5m])))',
    'h_hundred / on(l) group_left a_hundred',
    "count_values('value', h_ten)",
  ),
  { expression: 'h_hundred' },
  { expression: 'sum by (l)(rate(h_hundred[5m]))' },
  { expression: 'sum(rate(h_hundred[1h]))' },
  { expression: 'topk(10, rate(h_hundred[5m]))' },
  { expression: 'histogram_quantile(0.99, sum by (le, l)(rate(h_hundred[5m])))' },
];
