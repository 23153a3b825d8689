import {
  type At,
  type Binary,
  type Duration,
  type Expr,
  FUNCTIONS,
  formatValue,
  type Subquery,
  typeOf,
  type VectorSelector,
} from '@bellwether/promql';

/** A node of the tree that `/api/v1/parse_query` answers. */
type Node = Readonly<Record<string, unknown>>;

/**
 * An expression as the tree Prometheus' tools draw it from. Times are milliseconds.
 * Source: prometheus/prometheus, web/api/v1/translate_ast.go.
 */
export function translateAst(expr: Expr): Node {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatValue(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'paren':
      return { type: 'parenExpr', expr: translateAst(expr.expr) };
    case 'unary':
      return { type: 'unaryExpr', op: expr.op, expr: translateAst(expr.expr) };
    case 'selector':
      return { type: 'vectorSelector', ...selector(expr) };
    case 'matrix':
      return { type: 'matrixSelector', range: millis(expr.range), ...selector(expr.selector) };
    case 'subquery':
      return subquery(expr);
    case 'call':
      return call(expr.func, expr.args);
    case 'aggregation':
      return {
        type: 'aggregation',
        op: expr.op,
        expr: translateAst(expr.expr),
        param: expr.param === undefined ? null : translateAst(expr.param),
        grouping: expr.grouping,
        without: expr.without,
      };
    case 'binary':
      return {
        type: 'binaryExpr',
        op: expr.op,
        lhs: translateAst(expr.lhs),
        rhs: translateAst(expr.rhs),
        matching: matching(expr),
        bool: expr.bool,
      };
  }
}

function call(name: string, args: readonly Expr[]): Node {
  const signature = FUNCTIONS.get(name);
  return {
    type: 'call',
    func: {
      name,
      argTypes: signature?.args ?? [],
      variadic: signature?.variadic ?? 0,
      returnType: signature?.returns ?? 'none',
    },
    args: args.map(translateAst),
  };
}

function selector({ name = '', matchers, offset, at, mode }: VectorSelector): Node {
  return {
    name,
    offset: millis(offset),
    matchers: matchers.map((one) => ({ name: one.name, value: one.value, type: one.op })),
    ...instant(at),
    anchored: mode === 'anchored',
    smoothed: mode === 'smoothed',
  };
}

function subquery({ expr, range, step, offset, at }: Subquery): Node {
  return {
    type: 'subquery',
    expr: translateAst(expr),
    range: millis(range),
    offset: millis(offset),
    step: millis(step),
    ...instant(at),
  };
}

function instant(at: At | undefined): Node {
  return {
    timestamp: at?.kind === 'time' ? at.ms : null,
    startOrEnd: at === undefined || at.kind === 'time' ? null : at.kind,
  };
}

/** Two vectors are always matched somehow; where a side is a scalar, there is nothing to match. */
function matching({ op, lhs, rhs, matching: given }: Binary): Node | null {
  if (typeOf(lhs) !== 'vector' || typeOf(rhs) !== 'vector') return null;
  const isSet = op === 'and' || op === 'or' || op === 'unless';
  return {
    card: given?.card ?? (isSet ? 'many-to-many' : 'one-to-one'),
    labels: given?.labels ?? [],
    on: given?.on ?? false,
    include: given?.include ?? [],
    fillValues: { lhs: given?.fillLeft ?? null, rhs: given?.fillRight ?? null },
  };
}

/** 0 where there is none. Literals only: the language of this API has no arithmetic of durations. */
function millis(duration: Duration | undefined): number {
  if (duration === undefined) return 0;
  switch (duration.kind) {
    case 'literal':
      return Math.round(duration.seconds * 1000);
    case 'paren':
      return millis(duration.inner);
    case 'unary':
      return duration.op === '-' ? 0 - millis(duration.operand) : millis(duration.operand);
    default:
      return 0;
  }
}
