import { compileMatcher } from '../data/matcher.ts';
import type { Problem } from '../error.ts';
import type { Binary, Call, Duration, Expr, Span, ValueType, VectorSelector } from './ast.ts';
import { isSetOp } from './binary-modifiers.ts';
import { chainOf } from './chain.ts';
import type { LanguageFeatures } from './features.ts';
import { FUNCTIONS } from './functions.ts';

const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>=']);

export function isComparison(op: string): boolean {
  return COMPARISONS.has(op);
}

const operationTypes = new WeakMap<Binary, ValueType>();

/** The type of an expression, from its form alone. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
    case 'aggregation':
      return 'vector';
    case 'matrix':
    case 'subquery':
      return 'matrix';
    case 'call':
      return FUNCTIONS.get(expr.func)?.returns ?? 'vector';
    case 'binary':
      return operationType(expr);
    case 'unary':
    case 'paren':
      return typeOf(expr.expr);
  }
}

function operationType(expr: Binary): ValueType {
  for (const node of chainOf(expr, (lhs) => !operationTypes.has(lhs))) {
    const { lhs, rhs } = node;
    const left = lhs.kind === 'binary' ? operationTypes.get(lhs) : typeOf(lhs);
    const scalar = left === 'scalar' && typeOf(rhs) === 'scalar';
    operationTypes.set(node, scalar ? 'scalar' : 'vector');
  }
  return operationTypes.get(expr)!;
}

/** Every type error in the tree, in Prometheus' words. */
export function check(expr: Expr, features: LanguageFeatures, unselective = false): Problem[] {
  const problems: Problem[] = [];
  new Checker(features, problems, unselective).visit(expr);
  return problems;
}

class Checker {
  constructor(
    readonly features: LanguageFeatures,
    readonly problems: Problem[],
    readonly unselective: boolean,
  ) {}

  visit(expr: Expr): void {
    switch (expr.kind) {
      case 'number':
      case 'string':
        return;
      case 'selector':
        this.#selector(expr);
        return;
      case 'matrix':
        this.#selector(expr.selector);
        this.#positive(expr.range);
        return;
      case 'subquery':
        this.visit(expr.expr);
        if (typeOf(expr.expr) !== 'vector')
          this.#report(
            expr,
            `subquery is only allowed on instant vector, got ${typeOf(expr.expr)} instead`,
          );
        this.#positive(expr.range);
        if (expr.step !== undefined) this.#positive(expr.step);
        return;
      case 'paren':
        this.visit(expr.expr);
        return;
      case 'unary': {
        this.visit(expr.expr);
        const type = typeOf(expr.expr);
        if (type !== 'scalar' && type !== 'vector')
          this.#report(
            expr,
            `unary expression only allowed on expressions of type scalar or instant vector, got "${TYPE_NAMES[type]}"`,
          );
        return;
      }
      case 'aggregation': {
        this.#expect(expr.expr, 'vector', 'aggregation expression');
        if (
          this.features.experimentalFunctions !== true &&
          (expr.op === 'limitk' || expr.op === 'limit_ratio')
        ) {
          this.#report(
            expr,
            `${expr.op}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`,
          );
        }
        if (expr.param !== undefined) {
          const type = expr.op === 'count_values' ? 'string' : 'scalar';
          this.#expect(expr.param, type, 'aggregation parameter');
        }
        return;
      }
      case 'binary':
        this.#chain(expr);
        return;
      case 'call':
        this.#call(expr);
    }
  }

  #report(span: Span, message: string): void {
    this.problems.push({ message, start: span.start, end: span.end });
  }

  #expect(expr: Expr, wanted: ValueType, context: string): void {
    this.visit(expr);
    const type = typeOf(expr);
    if (type !== wanted)
      this.#report(
        expr,
        `expected type ${TYPE_NAMES[wanted]} in ${context}, got ${TYPE_NAMES[type]}`,
      );
  }

  /** A literal must be positive here; expressions are judged when the step is known. */
  #positive(duration: Duration): void {
    if (duration.kind === 'literal' && !(duration.seconds > 0))
      this.#report(duration, 'duration must be greater than 0');
    if (duration.kind === 'unary' && duration.op === '-' && duration.operand.kind === 'literal')
      this.#report(duration, 'duration must be greater than 0');
  }

  #selector(expr: VectorSelector): void {
    if (this.unselective || (expr.name !== undefined && expr.name !== '')) return;
    const selective = expr.matchers.some((matcher) => {
      try {
        return !compileMatcher(matcher)('');
      } catch {
        return true; // The malformed expression is reported already.
      }
    });
    if (!selective)
      this.#report(expr, 'vector selector must contain at least one non-empty matcher');
  }

  #chain(expr: Binary): void {
    const chain = chainOf(expr);
    this.visit(chain[0].lhs);
    for (const node of chain) {
      this.visit(node.rhs);
      this.#operation(node);
    }
  }

  #operation(expr: Binary): void {
    const lhs = typeOf(expr.lhs);
    const rhs = typeOf(expr.rhs);
    const comparison = isComparison(expr.op);
    if (expr.bool && !comparison)
      this.#report(expr, 'bool modifier can only be used on comparison operators');
    if (comparison && !expr.bool && lhs === 'scalar' && rhs === 'scalar')
      this.#report(expr, 'comparisons between scalars must use BOOL modifier');
    for (const [side, type] of [
      [expr.lhs, lhs],
      [expr.rhs, rhs],
    ] as const) {
      if (type !== 'scalar' && type !== 'vector')
        this.#report(side, 'binary expression must contain only scalar and instant vector types');
    }
    const vectors = lhs === 'vector' && rhs === 'vector';
    if (isSetOp(expr.op) && (lhs === 'scalar' || rhs === 'scalar'))
      this.#report(expr, `set operator "${expr.op}" not allowed in binary scalar expression`);
    this.#matching(expr, vectors);
  }

  #matching(expr: Binary, vectors: boolean): void {
    const { matching } = expr;
    if (matching === undefined) return;
    const fills = matching.fillLeft !== undefined || matching.fillRight !== undefined;
    if (!vectors) {
      if (matching.labels.length > 0)
        this.#report(expr, 'vector matching only allowed between instant vectors');
      if (fills)
        this.#report(expr, 'filling in missing series only allowed between instant vectors');
      return;
    }
    if (isSetOp(expr.op)) {
      if (matching.card === 'many-to-one' || matching.card === 'one-to-many') {
        this.#report(expr, `no grouping allowed for "${expr.op}" operation`);
        this.#report(expr, 'set operations must always be many-to-many');
      }
      if (fills) this.#report(expr, 'filling in missing series not allowed for set operators');
    }
    if (!matching.on) return;
    for (const label of matching.include) {
      if (matching.labels.includes(label))
        this.#report(expr, `label "${label}" must not occur in ON and GROUP clause at once`);
    }
  }

  #call(expr: Call): void {
    const signature = FUNCTIONS.get(expr.func);
    if (signature === undefined) {
      for (const arg of expr.args) this.visit(arg);
      return;
    }
    if (signature.experimental && this.features.experimentalFunctions !== true)
      this.#report(
        expr,
        `${expr.func}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`,
      );
    this.#arity(expr, signature.args.length, signature.variadic);
    expr.args.forEach((arg, i) => {
      const wanted = signature.args[Math.min(i, signature.args.length - 1)];
      if (expr.func === 'info' && i === 1) this.#labelSelector(arg);
      else if (wanted !== undefined) this.#expect(arg, wanted, `call to function "${expr.func}"`);
    });
  }

  #arity(expr: Call, declared: number, variadic: number): void {
    const given = expr.args.length;
    if (variadic === 0) {
      if (given !== declared)
        this.#report(
          expr,
          `expected ${declared} argument(s) in call to "${expr.func}", got ${given}`,
        );
      return;
    }
    const least = declared - 1;
    if (given < least)
      this.#report(
        expr,
        `expected at least ${least} argument(s) in call to "${expr.func}", got ${given}`,
      );
    const most = least + variadic;
    if (variadic > 0 && given > most)
      this.#report(
        expr,
        `expected at most ${most} argument(s) in call to "${expr.func}", got ${given}`,
      );
  }

  /** The second argument of `info` is a list of matchers, not a selector of its own. */
  #labelSelector(arg: Expr): void {
    const plain =
      arg.kind === 'selector' &&
      arg.name === undefined &&
      arg.offset === undefined &&
      arg.at === undefined;
    if (!plain) this.#report(arg, `expected label selectors only, got vector selector instead`);
  }
}
