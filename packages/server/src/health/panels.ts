import type { Objectives } from '../config/schema.ts';
import { percent, rate, seconds } from './format.ts';
import type { Panel } from './schemas.ts';
import { wilsonInterval } from './wilson.ts';

/** Answers an expression with one number, or null where there is none (no data, not a number, a failed query). */
export type Ask = (expr: string) => Promise<number | null>;

const WINDOW = '5m';

function selector(model: string, more = ''): string {
  return `{model_name=${JSON.stringify(model)}${more}}`;
}

/** Requests a second against what is usual: the middle 90 % of the last day. */
export async function requestRatePanel(model: string, ask: Ask, askSlowly: Ask): Promise<Panel> {
  const expr = `sum(rate(ml_requests_total${selector(model)}[${WINDOW}]))`;
  const normal = (q: number): string => `quantile_over_time(${q}, (${expr})[1d:10m])`;
  const [value, low, median, high] = await Promise.all([
    ask(expr),
    askSlowly(normal(0.05)),
    askSlowly(normal(0.5)),
    askSlowly(normal(0.95)),
  ]);
  const base = {
    id: 'request-rate' as const,
    title: 'Request rate',
    value,
    unit: 'requests_per_second' as const,
    expr,
    comparison: { label: 'normal, median of 24 h', value: median, expr: normal(0.5) },
    thresholds: {
      direction: 'below' as const,
      warning: low === null ? null : low / 2,
      critical: null,
    },
    sample: null,
    interval: null,
  };
  if (value === null)
    return {
      ...base,
      state: 'unknown',
      reason: 'No request counter was scraped in the last 5 minutes.',
    };
  if (low === null || median === null || high === null)
    return { ...base, state: 'unknown', reason: 'There is no history yet to say what is normal.' };
  if (value === 0 && median > 0)
    return { ...base, state: 'critical', reason: `No requests; ${rate(median)} are normal.` };
  if (value < low / 2)
    return {
      ...base,
      state: 'warning',
      reason: `Less than half of the quietest usual rate, ${rate(low)}.`,
    };
  if (value > high * 2)
    return {
      ...base,
      state: 'warning',
      reason: `More than twice the busiest usual rate, ${rate(high)}.`,
    };
  const where = value < low || value > high ? 'Not far from' : 'Within';
  return {
    ...base,
    state: 'healthy',
    reason: `${where} what is usual, ${rate(low)} to ${rate(high)}.`,
  };
}

/** Share of requests that failed, with the counts behind it. */
export async function errorRatePanel(
  model: string,
  objectives: Objectives,
  ask: Ask,
): Promise<Panel> {
  const of = (metric: string, func: string): string =>
    `sum(${func}(${metric}${selector(model)}[${WINDOW}]))`;
  const requests = of('ml_requests_total', 'rate');
  // A service that never failed has no error series yet: that is no error, as long as there are requests.
  const expr = `(${of('ml_errors_total', 'rate')} or 0 * ${requests}) / ${requests}`;
  const [value, errors, total] = await Promise.all([
    ask(expr),
    ask(`${of('ml_errors_total', 'increase')} or 0 * ${requests}`),
    ask(of('ml_requests_total', 'increase')),
  ]);
  const { error_ratio_warning: warning, error_ratio_critical: critical } = objectives;
  const base = {
    id: 'error-rate' as const,
    title: 'Error rate',
    value,
    unit: 'ratio' as const,
    expr,
    comparison: { label: 'threshold', value: warning, expr: null },
    thresholds: { direction: 'above' as const, warning, critical },
    sample: {
      count: errors === null ? null : Math.round(errors),
      total: total === null ? null : Math.round(total),
      label: 'errors of requests in 5 min',
    },
    interval: null,
  };
  if (value === null)
    return {
      ...base,
      state: 'unknown',
      reason: 'No requests in the last 5 minutes, so there is no error rate.',
    };
  if (value > critical)
    return {
      ...base,
      state: 'critical',
      reason: `Above the critical threshold of ${percent(critical)}.`,
    };
  if (value > warning)
    return {
      ...base,
      state: 'warning',
      reason: `Above the warning threshold of ${percent(warning)}.`,
    };
  return { ...base, state: 'healthy', reason: `At or below ${percent(warning)}.` };
}

/** The latency that 95 % of the requests stay under, from the histogram. Red at twice the objective, as document B has it. */
export async function latencyPanel(
  model: string,
  objectives: Objectives,
  ask: Ask,
): Promise<Panel> {
  const buckets = `rate(ml_request_duration_seconds_bucket${selector(model)}[${WINDOW}])`;
  const expr = `histogram_quantile(0.95, sum by (le) (${buckets}))`;
  const [value, total] = await Promise.all([
    ask(expr),
    ask(`sum(increase(ml_request_duration_seconds_count${selector(model)}[${WINDOW}]))`),
  ]);
  const objective = objectives.latency_p95_seconds;
  const base = {
    id: 'latency-p95' as const,
    title: 'Latency p95',
    value,
    unit: 'seconds' as const,
    expr,
    comparison: { label: 'objective', value: objective, expr: null },
    thresholds: { direction: 'above' as const, warning: objective, critical: objective * 2 },
    sample: {
      count: null,
      total: total === null ? null : Math.round(total),
      label: 'timed requests in 5 min',
    },
    interval: null,
  };
  if (value === null)
    return { ...base, state: 'unknown', reason: 'No request was timed in the last 5 minutes.' };
  if (value > objective * 2)
    return {
      ...base,
      state: 'critical',
      reason: `More than twice the objective of ${seconds(objective)}.`,
    };
  if (value > objective)
    return { ...base, state: 'warning', reason: `Above the objective of ${seconds(objective)}.` };
  return { ...base, state: 'healthy', reason: `Within the objective of ${seconds(objective)}.` };
}

/** Accuracy on predictions whose true label is known, with its sample size and 95 % interval. */
export async function accuracyPanel(
  model: string,
  objectives: Objectives,
  ask: Ask,
): Promise<Panel> {
  const labelled = selector(model, ',segment="ground_truth_sample"');
  const expr = `avg(ml_accuracy_by_segment${labelled})`;
  const [value, total] = await Promise.all([ask(expr), ask(`sum(ml_accuracy_samples${labelled})`)]);
  const { accuracy_warning: warning, accuracy_critical: critical } = objectives;
  const interval =
    value !== null && total !== null && total > 0 ? wilsonInterval(value, total) : null;
  const base = {
    id: 'accuracy' as const,
    title: 'Accuracy',
    value,
    unit: 'ratio' as const,
    expr,
    comparison: { label: 'threshold', value: warning, expr: null },
    thresholds: { direction: 'below' as const, warning, critical },
    sample: {
      count: value === null || total === null ? null : Math.round(value * total),
      total,
      label: 'labelled predictions',
    },
    interval,
  };
  if (value === null)
    return {
      ...base,
      state: 'unknown',
      reason: 'Too few labelled predictions to say how accurate the model is.',
    };
  const doubt = (threshold: number): string =>
    interval !== null && interval.high >= threshold
      ? ' The sample is small: this may still be chance.'
      : '';
  if (value < critical)
    return {
      ...base,
      state: 'critical',
      reason: `Below the critical threshold of ${percent(critical)}.${doubt(critical)}`,
    };
  if (value < warning)
    return {
      ...base,
      state: 'warning',
      reason: `Below the warning threshold of ${percent(warning)}.${doubt(warning)}`,
    };
  return { ...base, state: 'healthy', reason: `At or above ${percent(warning)}.` };
}
