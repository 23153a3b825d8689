import { parseDuration, parseNumber, unquote } from '@bellwether/promql';
import { type Place, parseSeriesLine, type SeriesLine } from './sequence.ts';
import { isStartLine, parseStartLine, type StartLine } from './start-times.ts';

/** A condition on an error's or annotation's text. */
export interface TextCondition {
  readonly kind: 'any' | 'message' | 'regex';
  readonly text: string;
}

interface LoadedLine extends SeriesLine {
  /** Start time offsets of the samples, in milliseconds; `undefined`: unknown. */
  readonly starts: readonly (number | undefined)[] | undefined;
}

export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly gapMs: number;
  readonly withCustomBuckets: boolean;
  readonly series: readonly LoadedLine[];
}

/** What an `eval` expects. */
export interface Expectations {
  fail: TextCondition | undefined;
  warn: TextCondition[];
  info: TextCondition[];
  noWarn: boolean;
  noInfo: boolean;
  ordered: boolean;
  scalar: Place | undefined;
  text: string | undefined;
  /** An instant query that gives a range vector with samples at these times. */
  rangeVector: { start: number; end: number; step: number } | undefined;
  series: SeriesLine[];
}

export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly expression: string;
  readonly times: { readonly start: number; readonly end: number; readonly step: number };
  readonly isRange: boolean;
  readonly expected: Expectations;
}

/** A line the script format does not know: a failure, never skipped. */
interface BrokenCommand {
  readonly kind: 'broken';
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

export type Command =
  | LoadCommand
  | EvalCommand
  | BrokenCommand
  | { readonly kind: 'clear'; readonly line: number };

const LOAD = /^load(?:_(with_nhcb))?\s+(.+?)$/;
const EVAL_INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/;
const EVAL_RANGE =
  /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/;
const EXPECT = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;
const RANGE_VECTOR = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/;

/** Reads a script (Prometheus' `promqltest` format) into its commands. */
export function parseScript(text: string): Command[] {
  const lines = text.split('\n').map((line) => {
    const trimmed = line.trim();
    // A comment ends a block just as an empty line does.
    return trimmed.startsWith('#') ? '' : trimmed;
  });
  const commands: Command[] = [];
  for (let i = 0; i < lines.length; i++) {
    const first = lines[i]!;
    if (first === '') continue;
    const line = i + 1;
    const block: string[] = [];
    const word = first.split(/\s+/)[0]!.toLowerCase();
    if (word.startsWith('load') || word.startsWith('eval')) {
      while (i + 1 < lines.length && lines[i + 1] !== '') block.push(lines[++i]!);
    }
    try {
      if (word === 'clear') commands.push({ kind: 'clear', line });
      else if (word.startsWith('load')) commands.push(parseLoad(first, block, line));
      else if (word.startsWith('eval')) commands.push(parseEval(first, block, line));
      else throw new Error('unknown command');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      commands.push({ kind: 'broken', line, text: first, reason });
    }
  }
  return commands;
}

function parseLoad(first: string, block: readonly string[], line: number): LoadCommand {
  const head = LOAD.exec(first);
  if (head === null) throw new Error('invalid load command');
  const series: LoadedLine[] = [];
  let standing: StartLine | undefined;
  let pending: StartLine | undefined;
  for (const text of block) {
    if (isStartLine(text)) {
      const starts = parseStartLine(text);
      if (starts.labels === undefined) standing = starts;
      else pending = starts;
      continue;
    }
    const parsed = parseSeriesLine(text);
    const starts = pending?.offsets ?? cycle(standing?.offsets, parsed.places.length);
    if (pending !== undefined && pending.offsets.length !== parsed.places.length)
      throw new Error('an @st line has another number of values than its samples');
    series.push({ ...parsed, starts });
    pending = undefined;
  }
  if (pending !== undefined) throw new Error('an @st line has no sample line');
  return {
    kind: 'load',
    line,
    gapMs: parseDuration(head[2]!),
    withCustomBuckets: head[1] !== undefined,
    series,
  };
}

function cycle(
  offsets: readonly (number | undefined)[] | undefined,
  length: number,
): (number | undefined)[] | undefined {
  if (offsets === undefined || offsets.length === 0) return undefined;
  return Array.from({ length }, (_, i) => offsets[i % offsets.length]);
}

function parseEval(first: string, block: readonly string[], line: number): EvalCommand {
  const range = EVAL_RANGE.exec(first);
  const instant = EVAL_INSTANT.exec(first);
  const expected: Expectations = {
    fail: undefined,
    warn: [],
    info: [],
    noWarn: false,
    noInfo: false,
    ordered: false,
    scalar: undefined,
    text: undefined,
    rangeVector: undefined,
    series: [],
  };
  let times: EvalCommand['times'];
  let expression: string;
  let modifier: string | undefined;
  if (range !== null) {
    const [from, to, step] = range.slice(2, 5).map((part) => parseDuration(part));
    times = { start: from!, end: to!, step: step! };
    expression = range[5]!;
    modifier = range[1];
  } else if (instant !== null) {
    const at = parseDuration(instant[2] ?? '');
    times = { start: at, end: at, step: 0 };
    expression = instant[3]!;
    modifier = instant[1];
  } else {
    throw new Error('invalid eval command');
  }
  const any: TextCondition = { kind: 'any', text: '' };
  if (modifier === 'fail') expected.fail = any;
  if (modifier === 'warn') expected.warn.push(any);
  if (modifier === 'info') expected.info.push(any);
  if (modifier === 'ordered') expected.ordered = true;
  for (const text of block) parseExpectation(text, expected);
  return { kind: 'eval', line, expression, times, isRange: range !== null, expected };
}

function parseExpectation(text: string, expected: Expectations): void {
  const legacy = /^expected_fail_(message|regexp)\s*(.*)$/.exec(text);
  if (legacy !== null && expected.fail !== undefined) {
    const kind = legacy[1] === 'message' ? 'message' : 'regex';
    expected.fail = { kind, text: legacy[2]!.trim() };
    return;
  }
  if (text.startsWith('expect range vector')) {
    const parts = RANGE_VECTOR.exec(text);
    if (parts === null) throw new Error(`invalid range vector definition: ${text}`);
    const [start, end, step] = parts.slice(1).map((part) => parseDuration(part));
    expected.rangeVector = { start: start!, end: end!, step: step! };
    return;
  }
  if (text.startsWith('expect string')) {
    const value = unquote(text.slice('expect string'.length).trim());
    if (value === undefined) throw new Error(`expected string is not quoted: ${text}`);
    expected.text = value;
    return;
  }
  if (text.split(' ')[0] === 'expect') {
    parseExpect(text, expected);
    return;
  }
  const scalar = parseNumber(text);
  if (scalar !== undefined) expected.scalar = { kind: 'float', value: scalar };
  else expected.series.push(parseSeriesLine(text));
}

function parseExpect(text: string, expected: Expectations): void {
  const parts = EXPECT.exec(text);
  if (parts === null) throw new Error(`invalid expect statement: ${text}`);
  const [, what, kind, value] = parts;
  const condition: TextCondition = {
    kind: kind === undefined ? 'any' : kind === 'msg' ? 'message' : 'regex',
    text: value?.trim() ?? '',
  };
  switch (what) {
    case 'ordered':
      expected.ordered = true;
      break;
    case 'fail':
      expected.fail = condition;
      break;
    case 'warn':
      expected.warn.push(condition);
      break;
    case 'info':
      expected.info.push(condition);
      break;
    case 'no_warn':
      expected.noWarn = true;
      break;
    case 'no_info':
      expected.noInfo = true;
  }
}
