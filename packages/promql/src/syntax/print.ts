import { labelName, METRIC_NAME } from '../data/labels.ts';
import { formatDuration } from '../text/duration.ts';
import { formatShort, formatValue } from '../text/number.ts';
import { isPlainMetricName, quote } from '../text/quote.ts';
import type {
  Aggregation,
  At,
  Binary,
  Duration,
  Expr,
  MatrixSelector,
  Subquery,
  VectorMatching,
  VectorSelector,
} from './ast.ts';
import { chainOf } from './chain.ts';
import { isZeroDuration } from './parse-duration-expr.ts';

/**
 * The expression on one line.
 *
 * @param known what parts of it look like, so far
 */
export function print(expr: Expr, known?: Map<Expr, string>): string {
  const text = known?.get(expr) ?? printNode(expr, known);
  known?.set(expr, text);
  return text;
}

function printNode(expr: Expr, known: Map<Expr, string> | undefined): string {
  const all = (parts: readonly Expr[]): string =>
    parts.map((part) => print(part, known)).join(', ');
  switch (expr.kind) {
    case 'number':
      return printNumber(expr.value, expr.units);
    case 'string':
      return quote(expr.value);
    case 'selector':
      return printSelector(expr, '');
    case 'matrix':
      return printSelector(expr.selector, rangeOf(expr));
    case 'subquery':
      return `${print(expr.expr, known)}${subqueryRange(expr)}`;
    case 'call':
      return `${expr.func}(${all(expr.args)})`;
    case 'aggregation':
      return `${aggregationHead(expr)}(${all(aggregationArgs(expr))})`;
    case 'binary':
      return printChain(expr, known);
    case 'unary':
      return `${expr.op}${print(expr.expr, known)}`;
    case 'paren':
      return `(${print(expr.expr, known)})`;
  }
}

function printChain(expr: Binary, known: Map<Expr, string> | undefined): string {
  const chain = chainOf(expr, (lhs) => known?.has(lhs) !== true);
  let text = print(chain[0].lhs, known);
  for (const node of chain) {
    text = `${text} ${binaryOperator(node)} ${print(node.rhs, known)}`;
    known?.set(node, text);
  }
  return text;
}

function printNumber(value: number, units: boolean): string {
  if (units && Number.isFinite(value)) return formatDuration(Math.round(value * 1000));
  return formatValue(value);
}

function rangeOf(expr: MatrixSelector): string {
  return `[${printDuration(expr.range)}]`;
}

/** `[5m:1m] offset … @ …` */
export function subqueryRange(expr: Subquery): string {
  const step = expr.step === undefined ? '' : printDuration(expr.step);
  return `[${printDuration(expr.range)}:${step}]${modifiers(expr)}`;
}

/** `sum by (a) ` or `sum`, ready for the arguments. */
export function aggregationHead(expr: Aggregation): string {
  if (expr.without) return `${expr.op} without (${labelList(expr.grouping)}) `;
  return expr.grouping.length === 0 ? expr.op : `${expr.op} by (${labelList(expr.grouping)}) `;
}

export function aggregationArgs(expr: Aggregation): readonly Expr[] {
  return expr.param === undefined ? [expr.expr] : [expr.param, expr.expr];
}

/** `/ on (a) group_left (b)` */
export function binaryOperator(expr: Binary): string {
  const bool = expr.bool ? ' bool' : '';
  return `${expr.op}${bool}${expr.matching === undefined ? '' : printMatching(expr.matching)}`;
}

function printMatching(matching: VectorMatching): string {
  let text = '';
  const grouped = matching.card === 'many-to-one' || matching.card === 'one-to-many';
  if (matching.labels.length > 0 || matching.on || grouped)
    text += ` ${matching.on ? 'on' : 'ignoring'} (${labelList(matching.labels)})`;
  if (grouped) {
    text += matching.card === 'many-to-one' ? ' group_left ' : ' group_right ';
    text += `(${labelList(matching.include)})`;
  }
  const { fillLeft: left, fillRight: right } = matching;
  if (left !== undefined && right !== undefined && Object.is(left, right))
    return `${text} fill (${formatShort(left)})`;
  if (left !== undefined) text += ` fill_left (${formatShort(left)})`;
  if (right !== undefined) text += ` fill_right (${formatShort(right)})`;
  return text;
}

function labelList(names: readonly string[]): string {
  return names.map(labelName).join(', ');
}

/** A selector with its range between the braces and the modifiers. */
function printSelector(expr: VectorSelector, range: string): string {
  const mode = expr.mode === 'plain' ? '' : ` ${expr.mode}`;
  return `${printMatchers(expr)}${range}${mode}${modifiers(expr)}`;
}

function printMatchers(expr: VectorSelector): string {
  const { name } = expr;
  let named = name === undefined;
  const pairs = expr.matchers
    .filter((matcher) => {
      // The name given as such is written in front; a second matcher on it stays.
      if (named || matcher.name !== METRIC_NAME || matcher.op !== '=' || matcher.value !== name)
        return true;
      named = true;
      return false;
    })
    .map((matcher) => `${labelName(matcher.name)}${matcher.op}${quote(matcher.value)}`)
    .sort();
  if (name === undefined) return `{${pairs.join(',')}}`;
  if (!isPlainMetricName(name) || isReserved(name)) return `{${[quote(name), ...pairs].join(',')}}`;
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

/** Words that would be read as something else where a metric name stands. */
function isReserved(name: string): boolean {
  return /^(?:atan2|bool|on|ignoring|group_left|group_right|inf|nan)$/i.test(name);
}

function modifiers(expr: { offset: Duration | undefined; at: At | undefined }): string {
  let text = '';
  if (expr.at !== undefined) {
    text +=
      expr.at.kind === 'time' ? ` @ ${(expr.at.ms / 1000).toFixed(3)}` : ` @ ${expr.at.kind}()`;
  }
  // Moving by nothing says nothing.
  if (expr.offset !== undefined && !isZeroDuration(expr.offset))
    text += ` offset ${printDuration(expr.offset)}`;
  return text;
}

function printDuration(duration: Duration): string {
  switch (duration.kind) {
    case 'literal': {
      const ms = Math.round(duration.seconds * 1000);
      const exact = duration.units && ms / 1000 === duration.seconds;
      return exact ? formatDuration(ms) : formatValue(duration.seconds);
    }
    case 'step':
    case 'range':
      return `${duration.kind}()`;
    case 'paren':
      return `(${printDuration(duration.inner)})`;
    case 'unary':
      return `${duration.op}${printDuration(duration.operand)}`;
    case 'min_of':
    case 'max_of':
      return `${duration.kind}(${printDuration(duration.lhs)}, ${printDuration(duration.rhs)})`;
    case 'binary':
      return `${printDuration(duration.lhs)} ${duration.op} ${printDuration(duration.rhs)}`;
  }
}
