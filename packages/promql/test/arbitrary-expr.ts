import fc from 'fast-check';

/* Random PromQL that type-checks: texts, from which trees are read. */

const METRICS = ['a', 'b_total', 'h_bucket', 'up'];
const duration = fc.constantFrom('1m', '90s', '5m', '1h', '250ms', '10m30s');
const metric = fc.constantFrom(...METRICS);
const matcher = fc.constantFrom('l="1"', 'l=~"[01]"', 'l!="2"', 'job!~"x.*"', '"l"="0"', "m='a b'");
const at = fc.constantFrom('', '', '', ' @ 300', ' @ start()', ' @ end()');
const offset = fc.constantFrom('', '', '', ' offset 1m', ' offset -30s');

const selector = fc
  .tuple(metric, fc.array(matcher, { maxLength: 2 }))
  .map(([name, matchers]) => (matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`));

const range = fc
  .tuple(selector, duration, at, offset)
  .map(([inner, length, pin, shift]) => `${inner}[${length}]${pin}${shift}`);

const RANGE_FUNCTIONS = [
  'rate',
  'increase',
  'delta',
  'irate',
  'idelta',
  'changes',
  'resets',
  'deriv',
  'avg_over_time',
  'sum_over_time',
  'min_over_time',
  'max_over_time',
  'count_over_time',
  'last_over_time',
  'first_over_time',
  'present_over_time',
  'absent_over_time',
  'stddev_over_time',
  'mad_over_time',
  'ts_of_max_over_time',
];
const ELEMENTWISE = ['abs', 'ceil', 'exp', 'ln', 'sgn', 'sqrt', 'timestamp', 'absent', 'hour'];
const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
const BINARY = ['+', '-', '*', '/', '%', '^', '==', '!=', '>', '<', '>=', '<=', 'atan2'];

/** Instant vector expressions, of a certain depth at most. */
export const vectorExpr: fc.Arbitrary<string> = fc.letrec<{ vector: string; scalar: string }>(
  (tie) => ({
    scalar: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('1', '0.5', '-2', '1e3', '5m', 'time()', 'pi()'),
      tie('vector').map((inner) => `scalar(${inner})`),
      fc.tuple(tie('scalar'), tie('scalar')).map(([a, b]) => `(${a} - ${b})`),
    ),
    vector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.tuple(selector, at, offset).map((parts) => parts.join('')),
      fc.tuple(fc.constantFrom(...RANGE_FUNCTIONS), range).map(([f, inner]) => `${f}(${inner})`),
      fc
        .tuple(fc.constantFrom(...RANGE_FUNCTIONS), tie('vector'), duration)
        .map(([f, inner, length]) => `${f}((${inner})[${length}:30s])`),
      fc
        .tuple(fc.constantFrom(...ELEMENTWISE), tie('vector'))
        .map(([f, inner]) => `${f}(${inner})`),
      fc
        .tuple(
          fc.constantFrom(...AGGREGATIONS),
          fc.constantFrom('', ' by (l)', ' without (l)', ' by (job, "l")'),
          tie('vector'),
        )
        .map(([f, by, inner]) => `${f}${by} (${inner})`),
      fc
        .tuple(fc.constantFrom('topk', 'bottomk', 'limitk'), tie('vector'))
        .map(([f, inner]) => `${f}(2, ${inner})`),
      tie('vector').map((inner) => `quantile(0.7, ${inner})`),
      tie('vector').map((inner) => `count_values("v", ${inner})`),
      tie('vector').map((inner) => `-(${inner})`),
      fc
        .tuple(tie('vector'), fc.constantFrom(...BINARY), tie('scalar'))
        .map(([a, op, b]) => `(${a}) ${op} ${b}`),
      fc
        .tuple(tie('vector'), fc.constantFrom(...BINARY), fc.boolean(), tie('vector'))
        .map(([a, op, bool, b]) => `(${a}) ${op}${bool && /[=<>]/.test(op) ? ' bool' : ''} (${b})`),
      fc
        .tuple(tie('vector'), fc.constantFrom('and', 'or', 'unless'), tie('vector'))
        .map(([a, op, b]) => `(${a}) ${op} on (l) (${b})`),
      fc
        .tuple(tie('vector'), fc.constantFrom('+', '/'), tie('vector'))
        .map(([a, op, b]) => `(${a}) ${op} on (l) group_left () sum by (l) (${b})`),
      fc
        .tuple(tie('vector'), tie('vector'))
        .map(([a, b]) => `sum by (l) (${a}) + fill (0) sum by (l) (${b})`),
      tie('vector').map((inner) => `label_replace(${inner}, "n", "x-$1", "l", "(.*)")`),
      tie('vector').map((inner) => `histogram_quantile(0.9, ${inner})`),
      tie('vector').map((inner) => `sort_by_label(${inner}, "l")`),
    ),
  }),
).vector;
