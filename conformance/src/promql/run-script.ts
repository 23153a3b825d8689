import {
  ALL_LANGUAGE_FEATURES,
  Engine,
  format,
  PromQLError,
  parse,
  type QueryResult,
  type SeriesSource,
  type Value,
} from '@bellwether/promql';
import { difference } from './compare.ts';
import { pinned } from './pinned.ts';
import { type EvalCommand, parseScript, type TextCondition } from './script.ts';
import { Storage } from './storage.ts';

/** What became of one `eval`. */
export interface CaseResult {
  readonly line: number;
  readonly expression: string;
  /** Absent: it passed. */
  readonly failure: string | undefined;
}

/** The suite runs with everything switched on. */
const FEATURES = {
  ...ALL_LANGUAGE_FEATURES,
  delayedNameRemoval: true,
  startTimestamps: true,
};

/** Queries that read the query's own times would differ when run at others. */
const OWN_TIMES = /(?:start|end|range|step)\(\)/;

/** Runs a script; each `eval` is a case, and so is each line that is not understood. */
export async function runScript(text: string): Promise<CaseResult[]> {
  const engine = new Engine({ features: FEATURES });
  const storage = new Storage();
  const results: CaseResult[] = [];
  for (const command of parseScript(text)) {
    switch (command.kind) {
      case 'clear':
        storage.clear();
        break;
      case 'load':
        storage.load(command);
        break;
      case 'broken':
        results.push({
          line: command.line,
          expression: command.text,
          failure: command.reason,
        });
        break;
      case 'eval':
        results.push({
          line: command.line,
          expression: command.expression,
          failure: await runCase(engine, storage.source, command),
        });
    }
  }
  return results;
}

async function runCase(
  engine: Engine,
  source: SeriesSource,
  command: EvalCommand,
): Promise<string | undefined> {
  const { expression, times, isRange } = command;
  if (isRange) {
    return judge(command, () => engine.range(source, expression, times));
  }
  for (const { text, at } of variants(command)) {
    const failure = await judge(command, () => engine.instant(source, text, at));
    if (failure !== undefined) return label(failure, text, at, command);
    if (command.expected.fail !== undefined) continue;
    const inRange = await runInRange(engine, source, command, text, at);
    if (inRange !== undefined) return label(`as a range query: ${inRange}`, text, at, command);
  }
  return undefined;
}

function label(failure: string, text: string, at: number, command: EvalCommand): string {
  return text === command.expression ? failure : `as ${text} at ${at} ms: ${failure}`;
}

/** The query itself, and again with its selectors pinned by `@`, at other times. */
function variants(command: EvalCommand): { text: string; at: number }[] {
  const { expression, times } = command;
  const at = command.expected.rangeVector?.end ?? times.start;
  const own = { text: expression, at: times.start };
  let expr: ReturnType<typeof pinned>;
  try {
    expr = pinned(parse(expression, { features: FEATURES }), at);
  } catch {
    return [own]; // That it does not parse is what the query itself will show.
  }
  if (expr === undefined) return [own];
  const text = format(expr);
  const others = at === 0 ? [-1000, 0, 1000] : [-10 * at, 0, Math.trunc(at / 5), at, 10 * at];
  return [own, ...others.map((other) => ({ text, at: other }))];
}

/** An instant query has to give the same as the middle step of a range query around it. */
async function runInRange(
  engine: Engine,
  source: SeriesSource,
  command: EvalCommand,
  text: string,
  at: number,
): Promise<string | undefined> {
  const { expected } = command;
  const excluded = expected.rangeVector !== undefined || expected.text !== undefined;
  if (excluded || OWN_TIMES.test(text)) return undefined;
  let value: Value;
  try {
    const range = { start: at - 60_000, end: at + 60_000, step: 60_000 };
    ({ value } = await engine.range(source, text, range));
  } catch (error) {
    return `failed: ${messageOf(error)}`;
  }
  if (expected.ordered || value.type !== 'matrix') return undefined;
  return difference(expected, command.times, middle(value, at, expected.scalar !== undefined));
}

function middle(value: Value & { type: 'matrix' }, at: number, scalar: boolean): Value {
  const samples = value.series.flatMap((series) => {
    const i = series.times.indexOf(at);
    if (i < 0) return [];
    const histogram = series.histograms?.[i];
    const sample = { labels: series.labels, at, value: series.values[i]! };
    return [histogram === undefined ? sample : { ...sample, histogram }];
  });
  if (scalar) return { type: 'scalar', at, value: samples[0]?.value ?? Number.NaN };
  return { type: 'vector', samples };
}

async function judge(
  command: EvalCommand,
  run: () => Promise<QueryResult>,
): Promise<string | undefined> {
  const { expected, times } = command;
  let result: QueryResult;
  try {
    result = await run();
  } catch (error) {
    if (!(error instanceof PromQLError)) return `crashed: ${String(error)}`;
    if (expected.fail === undefined) return `failed: ${error.message}`;
    return holds(expected.fail, error.message)
      ? undefined
      : `expected an error ${show(expected.fail)}, got: ${error.message}`;
  }
  if (expected.fail !== undefined) return 'expected an error, got none';
  return annotationDifference(command, result) ?? difference(expected, times, result.value);
}

function annotationDifference(command: EvalCommand, result: QueryResult): string | undefined {
  const { expected } = command;
  const { warnings, infos } = result;
  return (
    conditionsFail('warning', expected.warn, warnings) ??
    conditionsFail('info', expected.info, infos) ??
    (expected.noWarn && warnings.length > 0
      ? `unexpected warnings: ${warnings.join('; ')}`
      : undefined) ??
    (expected.noInfo && infos.length > 0 ? `unexpected infos: ${infos.join('; ')}` : undefined)
  );
}

/** Every condition is met by an annotation, and every annotation meets a condition. */
function conditionsFail(
  kind: string,
  conditions: readonly TextCondition[],
  texts: readonly string[],
): string | undefined {
  if (conditions.length === 0) return undefined;
  for (const condition of conditions) {
    if (!texts.some((text) => holds(condition, text)))
      return `expected a ${kind} ${show(condition)}, got: ${texts.join('; ') || 'none'}`;
  }
  const other = texts.find((text) => !conditions.some((condition) => holds(condition, text)));
  return other === undefined ? undefined : `unexpected ${kind}: ${other}`;
}

function holds(condition: TextCondition, text: string): boolean {
  if (condition.kind === 'any') return true;
  return condition.kind === 'message'
    ? condition.text === text
    : new RegExp(condition.text, 's').test(text);
}

function show(condition: TextCondition): string {
  return condition.kind === 'any' ? '' : `with ${condition.kind} ${condition.text}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
