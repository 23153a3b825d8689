import type { ValueType } from './ast.ts';

/** What a function takes and gives. */
export interface FunctionSignature {
  readonly args: readonly ValueType[];
  /** How many trailing arguments may be left out; -1: the last may be repeated any number of times. */
  readonly variadic: number;
  readonly returns: ValueType;
  readonly experimental: boolean;
}

function of(
  args: readonly ValueType[],
  returns: ValueType,
  variadic = 0,
  experimental = false,
): FunctionSignature {
  return { args, variadic, returns, experimental };
}

const perSample = of(['vector'], 'vector');
const overTime = of(['matrix'], 'vector');
const overTimeExperimental = of(['matrix'], 'vector', 0, true);
const calendar = of(['vector'], 'vector', 1);

/** Every function of Prometheus 3.14 (`promql/parser/functions.go`). */
export const FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map<string, FunctionSignature>(
  Object.entries({
    abs: perSample,
    absent: perSample,
    absent_over_time: overTime,
    acos: perSample,
    acosh: perSample,
    asin: perSample,
    asinh: perSample,
    atan: perSample,
    atanh: perSample,
    avg_over_time: overTime,
    ceil: perSample,
    changes: overTime,
    clamp: of(['vector', 'scalar', 'scalar'], 'vector'),
    clamp_max: of(['vector', 'scalar'], 'vector'),
    clamp_min: of(['vector', 'scalar'], 'vector'),
    cos: perSample,
    cosh: perSample,
    count_over_time: overTime,
    day_of_month: calendar,
    day_of_week: calendar,
    day_of_year: calendar,
    days_in_month: calendar,
    deg: perSample,
    delta: overTime,
    deriv: overTime,
    double_exponential_smoothing: of(['matrix', 'scalar', 'scalar'], 'vector', 0, true),
    end: of([], 'scalar', 0, true),
    exp: perSample,
    first_over_time: overTimeExperimental,
    floor: perSample,
    histogram_avg: perSample,
    histogram_count: perSample,
    histogram_fraction: of(['scalar', 'scalar', 'vector'], 'vector'),
    histogram_quantile: of(['scalar', 'vector'], 'vector'),
    histogram_quantiles: of(['vector', 'string', 'scalar', 'scalar'], 'vector', 9, true),
    histogram_stddev: perSample,
    histogram_stdvar: perSample,
    histogram_sum: perSample,
    hour: calendar,
    idelta: overTime,
    increase: overTime,
    info: of(['vector', 'vector'], 'vector', 1, true),
    irate: overTime,
    label_join: of(['vector', 'string', 'string', 'string'], 'vector', -1),
    label_replace: of(['vector', 'string', 'string', 'string', 'string'], 'vector'),
    last_over_time: overTime,
    ln: perSample,
    log10: perSample,
    log2: perSample,
    mad_over_time: overTimeExperimental,
    max_of: of(['scalar', 'scalar'], 'scalar', 0, true),
    max_over_time: overTime,
    min_of: of(['scalar', 'scalar'], 'scalar', 0, true),
    min_over_time: overTime,
    minute: calendar,
    month: calendar,
    pi: of([], 'scalar'),
    predict_linear: of(['matrix', 'scalar'], 'vector'),
    present_over_time: overTime,
    quantile_over_time: of(['scalar', 'matrix'], 'vector'),
    rad: perSample,
    range: of([], 'scalar', 0, true),
    rate: overTime,
    resets: overTime,
    round: of(['vector', 'scalar'], 'vector', 1),
    scalar: of(['vector'], 'scalar'),
    sgn: perSample,
    sin: perSample,
    sinh: perSample,
    sort: perSample,
    sort_by_label: of(['vector', 'string'], 'vector', -1, true),
    sort_by_label_desc: of(['vector', 'string'], 'vector', -1, true),
    sort_desc: perSample,
    sqrt: perSample,
    start: of([], 'scalar', 0, true),
    start_timestamp: of(['vector'], 'vector', 0, true),
    stddev_over_time: overTime,
    stdvar_over_time: overTime,
    step: of([], 'scalar', 0, true),
    sum_over_time: overTime,
    tan: perSample,
    tanh: perSample,
    time: of([], 'scalar'),
    timestamp: perSample,
    ts_of_first_over_time: overTimeExperimental,
    ts_of_last_over_time: overTimeExperimental,
    ts_of_max_over_time: overTimeExperimental,
    ts_of_min_over_time: overTimeExperimental,
    vector: of(['scalar'], 'vector'),
    year: calendar,
  }),
);

/** The functions whose value depends on the evaluation time even where their arguments do not. */
export const TIME_DEPENDENT_FUNCTIONS: ReadonlySet<string> = new Set([
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'days_in_month',
  'end',
  'hour',
  'minute',
  'month',
  'predict_linear',
  'start',
  'start_timestamp',
  'time',
  'timestamp',
  'year',
]);
