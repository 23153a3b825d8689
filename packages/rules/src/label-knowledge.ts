import { type Binary, type Expr, typeOf, type VectorMatching } from '@bellwether/promql';

/** What the text of an expression says about the labels of its result, whatever the data. */
export interface LabelKnowledge {
  /** Labels of which the value is known; the empty text says that there is none. */
  readonly fixed: ReadonlyMap<string, string>;
  /** Where set, the result can have these labels and no others. */
  readonly only?: ReadonlySet<string>;
}

const nothingKnown: LabelKnowledge = { fixed: new Map() };
const noLabels: LabelKnowledge = { fixed: new Map(), only: new Set() };

/** The value of a label as far as it is known. */
export function knownValue(knowledge: LabelKnowledge, label: string): string | undefined {
  const value = knowledge.fixed.get(label);
  if (value !== undefined) return value;
  return knowledge.only !== undefined && !knowledge.only.has(label) ? '' : undefined;
}

/** Functions that make labels of their own, so that nothing of their argument's is sure. */
const makesLabels = new Set([
  'label_replace',
  'label_join',
  'absent',
  'absent_over_time',
  'info',
  'scalar',
]);

/** Reads off an expression what is sure about the labels of its result. */
export function labelKnowledge(expr: Expr): LabelKnowledge {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return noLabels;
    case 'selector': {
      const fixed = new Map<string, string>();
      // Of a classic histogram or summary only the buckets have le.
      if (expr.name !== undefined && /_(?:count|sum)$/.test(expr.name)) fixed.set('le', '');
      for (const { name, op, value } of expr.matchers) {
        if (op === '=' && name !== '__name__') fixed.set(name, value);
      }
      return { fixed };
    }
    case 'matrix':
      return labelKnowledge(expr.selector);
    case 'subquery':
    case 'paren':
    case 'unary':
      return labelKnowledge(expr.expr);
    case 'call':
      return ofCall(expr.func, expr.args);
    case 'aggregation': {
      if (expr.op === 'count_values') return nothingKnown;
      const inner = labelKnowledge(expr.expr);
      // These pick series and leave them their labels.
      if (['topk', 'bottomk', 'limitk', 'limit_ratio'].includes(expr.op)) return inner;
      return expr.without ? without(inner, expr.grouping) : restrictedTo(inner, expr.grouping);
    }
    case 'binary':
      return ofBinary(expr);
  }
}

function ofCall(func: string, args: readonly Expr[]): LabelKnowledge {
  if (func === 'vector' || func === 'time' || func === 'pi') return noLabels;
  if (makesLabels.has(func)) return nothingKnown;
  const series = args.findLast((arg) => arg.kind !== 'number' && arg.kind !== 'string');
  if (series === undefined) return noLabels;
  const inner = labelKnowledge(series);
  return func === 'histogram_quantile' ? without(inner, ['le']) : inner;
}

/** Without modifiers all labels count. */
const plainMatching: VectorMatching = {
  card: 'one-to-one',
  on: false,
  labels: [],
  include: [],
  fillLeft: undefined,
  fillRight: undefined,
};

/** How the sides of an operation between two vectors match; undefined where a scalar takes part. */
function matchingOf(expr: Binary): VectorMatching | undefined {
  const areVectors = typeOf(expr.lhs) === 'vector' && typeOf(expr.rhs) === 'vector';
  return areVectors ? (expr.matching ?? plainMatching) : undefined;
}

function ofBinary(expr: Binary): LabelKnowledge {
  const matching = matchingOf(expr);
  if (expr.op === 'or') return nothingKnown;
  // A scalar on one side leaves the labels of the other.
  if (matching === undefined) {
    return labelKnowledge(typeOf(expr.lhs) === 'scalar' ? expr.rhs : expr.lhs);
  }
  if (expr.op === 'and' || expr.op === 'unless') return labelKnowledge(expr.lhs);
  if (matching.card === 'one-to-many') return except(labelKnowledge(expr.rhs), matching.include);
  const left = labelKnowledge(expr.lhs);
  if (matching.card === 'many-to-one') return except(left, matching.include);
  return matching.on ? restrictedTo(left, matching.labels) : without(left, matching.labels);
}

const restrictedTo = (
  { fixed, only }: LabelKnowledge,
  labels: readonly string[],
): LabelKnowledge => ({
  fixed: new Map([...fixed].filter(([name]) => labels.includes(name))),
  only: new Set(labels.filter((label) => only?.has(label) ?? true)),
});

const without = ({ fixed, only }: LabelKnowledge, labels: readonly string[]): LabelKnowledge => ({
  fixed: new Map([...fixed, ...labels.map((label) => [label, ''] as const)]),
  ...(only === undefined
    ? {}
    : { only: new Set([...only].filter((name) => !labels.includes(name))) }),
});

/** Labels copied from the other side are no longer sure. */
const except = ({ fixed, only }: LabelKnowledge, labels: readonly string[]): LabelKnowledge => ({
  fixed: new Map([...fixed].filter(([name]) => !labels.includes(name))),
  ...(only === undefined ? {} : { only: new Set([...only, ...labels]) }),
});

/**
 * Why the two sides of a binary operation can never match, whatever the data, or undefined where
 * they may.
 */
export function whyNeverMatches(expr: Binary): string | undefined {
  const matching = matchingOf(expr);
  if (matching === undefined || expr.op === 'or' || expr.op === 'unless') return undefined;
  if (matching.fillLeft !== undefined || matching.fillRight !== undefined) return undefined;
  const left = labelKnowledge(expr.lhs);
  const right = labelKnowledge(expr.rhs);
  const named = [...left.fixed.keys(), ...right.fixed.keys()];
  const compared = matching.on
    ? matching.labels
    : named.filter((name) => !matching.labels.includes(name));
  for (const label of compared) {
    const [a, b] = [knownValue(left, label), knownValue(right, label)];
    if (a === undefined || b === undefined || a === b) continue;
    const says = (value: string): string => (value === '' ? `no ${label}` : `${label}="${value}"`);
    return `the left side has ${says(a)}, the right side has ${says(b)}`;
  }
  return undefined;
}
