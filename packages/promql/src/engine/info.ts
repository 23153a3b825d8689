import { keyPart, LabelSet, METRIC_NAME } from '../data/labels.ts';
import { compileMatcher } from '../data/matcher.ts';
import { executionError } from '../error.ts';
import type { Call, Expr, Matcher, Subquery, VectorSelector } from '../syntax/ast.ts';
import { walkWith } from '../syntax/walk.ts';
import { ABSENT, bytesOf, type Column, isEmpty, mergeSameLabels } from './column.ts';
import type { Context } from './context.ts';
import { durationMs } from './duration.ts';
import { lastTime } from './grid.ts';
import { unwrap } from './invariant.ts';
import { evalVector } from './operands.ts';
import type { References } from './references.ts';
import { fetchSeries, instantOf, isStale, newestIndices } from './select.ts';

/** The labels by which a series and the info series about it find each other. */
const IDENTIFYING = ['instance', 'job'];

/** An info series: at each step which sample it stands on, by its time; NaN: none. */
interface InfoSeries {
  readonly labels: LabelSet;
  readonly sampleTimes: Float64Array;
}

/**
 * `info(v[, {matchers}])`: adds labels of info metrics (`target_info` unless said otherwise) to the
 * series that share their identifying labels. Which info series is current is decided step by step.
 */
export async function evalInfo(node: Call, context: Context): Promise<Column[]> {
  const base = await evalVector(node.args[0]!, context);
  const selector = node.args[1] && unwrap(node.args[1]);
  const given = selector?.kind === 'selector' ? selector.matchers : [];
  const nameMatchers = namesToMatch(given);
  const dataMatchers = given.filter((matcher) => matcher.name !== METRIC_NAME);
  const isInfo = matchesAll(nameMatchers);
  const enriched = base.filter((column) => !isInfo(column.labels.metricName));
  const series = await fetchInfo(enriched, nameMatchers, dataMatchers, node.args[0]!, context);
  const join = new InfoJoin(series, dataMatchers, context.grid.count);
  const results: Column[] = [];
  for (const column of base) {
    for (const one of isInfo(column.labels.metricName) ? [column] : join.enrich(column)) {
      if (isEmpty(one)) continue;
      context.query.budget.hold(bytesOf(one));
      results.push(one);
    }
    if (context.query.budget.due()) await context.query.budget.pause();
  }
  return mergeSameLabels(results, context);
}

/** Only info metrics are looked at: by name if one is asked for, else by what they are called. */
function namesToMatch(given: readonly Matcher[]): Matcher[] {
  const names = given.filter((matcher) => matcher.name === METRIC_NAME);
  if (names.length === 0) return [{ name: METRIC_NAME, op: '=', value: 'target_info' }];
  const positive = names.some((matcher) => matcher.op === '=' || matcher.op === '=~');
  return positive ? names : [...names, { name: METRIC_NAME, op: '=~', value: '.+_info' }];
}

function matchesAll(matchers: readonly Matcher[]): (value: string) => boolean {
  const tests = matchers.map(compileMatcher);
  return (value) => tests.every((test) => test(value));
}

async function fetchInfo(
  base: readonly Column[],
  nameMatchers: readonly Matcher[],
  dataMatchers: readonly Matcher[],
  argument: Expr,
  context: Context,
): Promise<InfoSeries[]> {
  const identity = IDENTIFYING.flatMap((name): Matcher[] => {
    const values = new Set(base.map((column) => column.labels.get(name)));
    values.delete('');
    if (values.size === 0) return [];
    return [{ name, op: '=~', value: [...values].map(escapeRegex).join('|') }];
  });
  if (identity.length === 0) return [];
  const { query, grid } = context;
  const references = infoReferences(argument, context);
  const selector: VectorSelector = {
    kind: 'selector',
    name: undefined,
    matchers: [...identity, ...nameMatchers, ...dataMatchers],
    offset: undefined,
    at: undefined,
    mode: 'plain',
    start: 0,
    end: 0,
  };
  const last =
    references.step === 0 ? references.start : references.start + lastTime(grid) - grid.start;
  const window = { from: references.start - query.lookbackMs + 1, to: last };
  const fetched = await fetchSeries(
    selector,
    window,
    { func: 'info', range: 0, references },
    context,
  );
  return fetched.map((series) => {
    const labels = LabelSet.of(series.labels);
    const newest = newestIndices(series.times, references, query.lookbackMs, grid.count);
    const sampleTimes = Float64Array.from(newest, (at) => {
      if (at < 0 || isStale(series, at)) return Number.NaN;
      if (series.histograms?.[at] !== undefined)
        throw executionError(`this should be an info metric, with float samples: ${labels}`);
      return series.times[at]!;
    });
    return { labels, sampleTimes };
  });
}

function escapeRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** Info series are looked up at the time the base series were: the first selector's `@` and offsets. */
function infoReferences(argument: Expr, context: Context): References {
  const { query, grid } = context;
  const path = pathToSelector(argument);
  let offset = 0;
  for (const node of path.toReversed()) {
    offset += durationMs(node.offset, query);
    const pinned = instantOf(node.at, query);
    if (pinned !== undefined) return { start: pinned - offset, step: 0 };
  }
  return { start: grid.start - offset, step: grid.step };
}

type Shifted = VectorSelector | Subquery;

/** The first selector, and the subqueries from the root down to it. */
function pathToSelector(expr: Expr): readonly Shifted[] {
  let found: readonly Shifted[] | undefined;
  walkWith(expr, [] as readonly Shifted[], (node, path) => {
    const below = node.kind === 'subquery' || node.kind === 'selector' ? [...path, node] : path;
    if (node.kind === 'selector') found ??= below;
    return below;
  });
  return found ?? [];
}

class InfoJoin {
  readonly #bySignature = new Map<string, Map<string, InfoSeries[]>>();
  readonly #wanted: ReadonlySet<string>;
  readonly #emptyAllowed: boolean;

  constructor(
    series: readonly InfoSeries[],
    dataMatchers: readonly Matcher[],
    readonly steps: number,
  ) {
    this.#wanted = new Set(dataMatchers.map((matcher) => matcher.name));
    this.#emptyAllowed = dataMatchers.every((matcher) => compileMatcher(matcher)(''));
    for (const one of series) {
      const names = this.#namesOf(one.labels);
      const list = names.get(one.labels.metricName) ?? [];
      list.push(one);
      names.set(one.labels.metricName, list);
    }
  }

  #namesOf(labels: LabelSet): Map<string, InfoSeries[]> {
    const signature = IDENTIFYING.map((name) => keyPart(labels.get(name))).join('');
    let names = this.#bySignature.get(signature);
    if (names === undefined) {
      names = new Map();
      this.#bySignature.set(signature, names);
    }
    return names;
  }

  /** A base series with the labels of its info series; they may change from step to step. */
  enrich(column: Column): Column[] {
    const candidates = [...this.#namesOf(column.labels).values()];
    const results = new Map<string, Column>();
    for (let i = 0; i < this.steps; i++) {
      if (column.kinds[i] === ABSENT) continue;
      const current = candidates.flatMap((list) => newest(list, i) ?? []);
      if (current.length === 0 && !this.#emptyAllowed) continue;
      const labels = this.#labels(column.labels, current);
      let result = results.get(labels.key);
      if (result === undefined) {
        result = { ...column, labels, kinds: new Uint8Array(this.steps) };
        results.set(labels.key, result);
      }
      result.kinds[i] = column.kinds[i]!;
    }
    return [...results.values()];
  }

  #labels(base: LabelSet, current: readonly InfoSeries[]): LabelSet {
    const added = new Map<string, string>();
    for (const { labels } of current) {
      labels.names.forEach((name, i) => {
        if (name === METRIC_NAME || (this.#wanted.size > 0 && !this.#wanted.has(name))) return;
        const value = labels.values[i]!;
        if ((added.get(name) ?? value) !== value)
          throw executionError(`conflicting label: ${name}`);
        if (!base.has(name)) added.set(name, value);
      });
    }
    return added.size === 0 ? base : base.with(Object.fromEntries(added));
  }
}

/** Of the series of one info metric, the one with the newest sample. */
function newest(list: readonly InfoSeries[], step: number): InfoSeries | undefined {
  let best: InfoSeries | undefined;
  for (const one of list) {
    const time = one.sampleTimes[step]!;
    if (Number.isNaN(time)) continue;
    const bestTime = best?.sampleTimes[step];
    if (bestTime === time) {
      throw executionError(
        `found duplicate series for info metric: existing ${best!.labels} @ ${time}, new ${one.labels} @ ${time}`,
      );
    }
    if (bestTime === undefined || time > bestTime) best = one;
  }
  return best;
}
