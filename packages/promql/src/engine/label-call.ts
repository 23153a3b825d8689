import { RE2JS } from 're2js';
import { METRIC_NAME, textBytes } from '../data/labels.ts';
import { executionError } from '../error.ts';
import type { Call } from '../syntax/ast.ts';
import { expansion } from '../text/expansion.ts';
import { isLabelName } from '../text/quote.ts';
import { BYTES_A_WORK, type Column, mapColumns, mergeSameLabels } from './column.ts';
import type { Context } from './context.ts';
import { evalVector, stringValue } from './operands.ts';

/** `label_replace(v, dst, replacement, src, regex)` */
export async function labelReplace(node: Call, context: Context): Promise<Column[]> {
  const [target, replacement, source, pattern] = node.args.slice(1).map(stringValue) as [
    string,
    string,
    string,
    string,
  ];
  const regex = compile(pattern);
  if (!isLabelName(target))
    throw executionError(`invalid destination label name in label_replace(): ${target}`);
  const columns = await evalVector(node.args[0]!, context);
  const expand = expansion(replacement, (parts) => joined(parts, '', context));
  const replaced = await mapColumns(columns, context, (column) => {
    const matcher = regex.matcher(column.labels.get(source));
    if (!matcher.matches()) return column;
    return relabel(column, target, expand(matcher));
  });
  return mergeSameLabels(replaced, context);
}

/** `label_join(v, dst, separator, src…)` */
export async function labelJoin(node: Call, context: Context): Promise<Column[]> {
  const [target, separator, ...sources] = node.args.slice(1).map(stringValue) as [
    string,
    string,
    ...string[],
  ];
  for (const source of sources) {
    if (!isLabelName(source))
      throw executionError(`invalid source label name in label_join(): ${source}`);
  }
  if (!isLabelName(target))
    throw executionError(`invalid destination label name in label_join(): ${target}`);
  const columns = await evalVector(node.args[0]!, context);
  const relabelled = await mapColumns(columns, context, (column) => {
    const parts = sources.map((source) => column.labels.get(source));
    return relabel(column, target, joined(parts, separator, context));
  });
  return mergeSameLabels(relabelled, context);
}

/** Texts joined, once there is room for what that gives: a few calls in each other can make texts of any length. */
function joined(parts: readonly string[], separator: string, context: Context): string {
  let length = separator.length * Math.max(0, parts.length - 1);
  for (const part of parts) length += part.length;
  const { budget } = context.query;
  const before = budget.held;
  budget.hold(textBytes(length));
  budget.work(textBytes(length) / BYTES_A_WORK);
  const text = parts.join(separator);
  budget.settle(before); // From here on the column counts it.
  return text;
}

/** A name that was set on purpose is no longer to be dropped. */
function relabel(column: Column, target: string, value: string): Column {
  return {
    ...column,
    labels: column.labels.with({ [target]: value }),
    dropName: target === METRIC_NAME ? false : column.dropName,
  };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(`^(?s:${pattern})$`);
  } catch {
    throw executionError(`invalid regular expression in label_replace(): ${pattern}`);
  }
}
