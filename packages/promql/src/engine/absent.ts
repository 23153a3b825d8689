import { LabelSet, METRIC_NAME } from '../data/labels.ts';
import type { Call, Expr, Matcher } from '../syntax/ast.ts';
import { ABSENT, type Column, eachColumn, FLOAT } from './column.ts';
import type { Context } from './context.ts';
import { unwrap } from './invariant.ts';
import { evalVector } from './operands.ts';
import { evalRange } from './range.ts';
import { checkMode } from './range-call.ts';
import { windowsOf } from './windows.ts';

/** `absent`: 1 at each step at which the vector is empty. */
export async function absent(node: Call, context: Context): Promise<Column[]> {
  const argument = unwrap(node.args[0]!);
  const columns = await evalVector(argument, context);
  const present = new Uint8Array(context.grid.count);
  await eachColumn(columns, context, ({ kinds }) => {
    for (let i = 0; i < kinds.length; i++) if (kinds[i] !== ABSENT) present[i] = 1;
  });
  return ones(present, argument);
}

/** `absent_over_time`: 1 at each step whose range holds no sample of any series. */
export async function absentOverTime(node: Call, context: Context): Promise<Column[]> {
  const { budget } = context.query;
  const argument = unwrap(node.args[0]!);
  const present = new Uint8Array(context.grid.count);
  if (argument.kind === 'matrix') checkMode(node.func, undefined, argument);
  if (argument.kind === 'matrix' || argument.kind === 'subquery') {
    const { series, references, range } = await evalRange(argument, context, node.func);
    for (const { times } of series) {
      const { lo, hi, samples } = windowsOf(times, references, range, 0, context.grid.count);
      budget.touch(samples, context);
      for (let i = 0; i < present.length; i++) if (hi[i]! > lo[i]!) present[i] = 1;
      if (budget.dueAfter(times.length + present.length)) await budget.pause();
    }
  }
  return ones(present, argument);
}

function ones(present: Uint8Array, argument: Expr): Column[] {
  if (!present.includes(0)) return [];
  const kinds = present.map((one) => (one === 0 ? FLOAT : ABSENT));
  return [
    {
      labels: labelsOf(argument),
      dropName: true,
      values: new Float64Array(kinds.length).fill(1),
      kinds,
      histograms: undefined,
    },
  ];
}

/** The labels a missing series would have had: those matched by equality, once. */
function labelsOf(argument: Expr): LabelSet {
  const matchers =
    argument.kind === 'selector'
      ? argument.matchers
      : argument.kind === 'matrix'
        ? argument.selector.matchers
        : [];
  const labels = new Map<string, string>();
  const seen = new Set<string>();
  for (const matcher of matchers as readonly Matcher[]) {
    if (matcher.name === METRIC_NAME) continue;
    if (matcher.op === '=' && !seen.has(matcher.name)) {
      labels.set(matcher.name, matcher.value);
      seen.add(matcher.name);
    } else {
      labels.delete(matcher.name);
    }
  }
  return LabelSet.of(Object.fromEntries(labels));
}
