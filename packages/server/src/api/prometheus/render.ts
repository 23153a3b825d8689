import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { formatValue, type QueryResult, valueToJson } from '@bellwether/promql';
import type { AlertView, RuleGroupView, RuleView, TargetView } from '../../metrics/source.ts';

/** Our results in the shapes and spellings of Prometheus' HTTP API. */

/** A query's answer as bytes in pieces, with a turn of the event loop between them: a large one does not hold up others. */
export function resultStream(result: QueryResult): Readable {
  return Readable.from(pieces(result), { objectMode: false });
}

async function* pieces({ value, warnings, infos }: QueryResult): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"status":"success","data":');
  for (const piece of valueToJson(value)) {
    yield piece;
    await setImmediate();
  }
  const notes = {
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(infos.length > 0 ? { infos } : {}),
  };
  const members = JSON.stringify(notes).slice(1);
  yield Buffer.from(members === '}' ? members : `,${members}`);
}

export function renderGroup(group: RuleGroupView): Record<string, unknown> {
  return {
    name: group.name,
    file: group.file,
    interval: group.intervalMs / 1000,
    limit: 0,
    rules: group.rules.map(renderRule),
    evaluationTime: group.evaluationMs / 1000,
    lastEvaluation: timestamp(group.lastEvaluation),
  };
}

function renderRule(rule: RuleView): Record<string, unknown> {
  const common = {
    name: rule.name,
    query: rule.query,
    labels: rule.labels,
    health: rule.health,
    ...(rule.lastError === null ? {} : { lastError: rule.lastError }),
    evaluationTime: rule.evaluationMs / 1000,
    lastEvaluation: timestamp(rule.lastEvaluation),
    type: rule.type,
  };
  if (rule.type === 'recording') return common;
  return {
    ...common,
    state: rule.state,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    annotations: rule.annotations,
    alerts: rule.alerts.map(renderAlert),
  };
}

export function renderAlert(alert: AlertView): Record<string, unknown> {
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    state: alert.state,
    activeAt: timestamp(alert.activeAt),
    value: exponent(alert.value),
  };
}

export function renderTarget(target: TargetView): Record<string, unknown> {
  return {
    discoveredLabels: target.discoveredLabels,
    labels: target.labels,
    scrapePool: target.job,
    scrapeUrl: target.url,
    globalUrl: target.url,
    lastError: target.lastError,
    lastScrape: timestamp(target.lastScrape),
    lastScrapeDuration: target.lastScrapeMs / 1000,
    health: target.health,
    scrapeInterval: `${target.intervalMs / 1000}s`,
    scrapeTimeout: `${target.timeoutMs / 1000}s`,
  };
}

/** Go writes the zero time where nothing happened yet. */
function timestamp(ms: number | null): string {
  return ms === null ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString();
}

/** Alerts' values stand in exponent form there: 9.1e-01. */
function exponent(value: number): string {
  if (!Number.isFinite(value)) return formatValue(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
