/** A stretch of the query text: UTF-16 offsets, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The type an expression evaluates to. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

export type MatchOp = '=' | '!=' | '=~' | '!~';

/** A condition on one label. The value of a regular expression is RE2 syntax, anchored at both ends. */
export interface Matcher {
  readonly name: string;
  readonly op: MatchOp;
  readonly value: string;
}

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOp = '==' | '!=' | '>' | '<' | '>=' | '<=';
/** `</` keeps the observations of a native histogram below a value, `>/` those above it. */
export type TrimOp = '</' | '>/';
export type SetOp = 'and' | 'or' | 'unless';
export type BinaryOp = ArithmeticOp | ComparisonOp | TrimOp | SetOp;

export type AggregationOp =
  | 'avg'
  | 'bottomk'
  | 'count'
  | 'count_values'
  | 'group'
  | 'limit_ratio'
  | 'limitk'
  | 'max'
  | 'min'
  | 'quantile'
  | 'stddev'
  | 'stdvar'
  | 'sum'
  | 'topk';

/** How the two sides of a binary operation find each other. */
export type Cardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

export interface VectorMatching {
  readonly card: Cardinality;
  /** `true`: only `labels` count (`on`); `false`: all but `labels` (`ignoring`, also the default). */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels copied from the "one" side (`group_left(...)`). */
  readonly include: readonly string[];
  /** What stands in for a missing left or right sample (`fill`, `fill_left`, `fill_right`). */
  readonly fillLeft: number | undefined;
  readonly fillRight: number | undefined;
}

/** A length of time as written: a literal in seconds, or arithmetic over such (`duration expressions`). */
export type Duration =
  | (Span & {
      readonly kind: 'literal';
      readonly seconds: number;
      /** Written with units (`5m`), not as a bare number of seconds. */
      readonly units: boolean;
    })
  | (Span & { readonly kind: 'step' | 'range' })
  | (Span & { readonly kind: 'paren'; readonly inner: Duration })
  | (Span & { readonly kind: 'unary'; readonly op: '+' | '-'; readonly operand: Duration })
  | (Span & {
      readonly kind: 'binary';
      readonly op: '+' | '-' | '*' | '/' | '%' | '^';
      readonly lhs: Duration;
      readonly rhs: Duration;
    })
  | (Span & {
      readonly kind: 'min_of' | 'max_of';
      readonly lhs: Duration;
      readonly rhs: Duration;
    });

/** The instant an `@` modifier pins a selector to. */
export type At =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'start' | 'end' };

/** `anchored` takes the last sample before the range too; `smoothed` interpolates at its edges. */
export type RangeMode = 'plain' | 'anchored' | 'smoothed';

export interface NumberLiteral extends Span {
  readonly kind: 'number';
  readonly value: number;
  /** Written as a duration (`5m`), so that printing gives it back. */
  readonly units: boolean;
}

export interface StringLiteral extends Span {
  readonly kind: 'string';
  readonly value: string;
}

export interface VectorSelector extends Span {
  readonly kind: 'selector';
  /** The metric name where it is given as such; `matchers` holds it too. */
  readonly name: string | undefined;
  readonly matchers: readonly Matcher[];
  readonly offset: Duration | undefined;
  readonly at: At | undefined;
  readonly mode: RangeMode;
}

export interface MatrixSelector extends Span {
  readonly kind: 'matrix';
  /** Offset, `@` and mode of the range live on the selector. */
  readonly selector: VectorSelector;
  readonly range: Duration;
}

export interface Subquery extends Span {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly range: Duration;
  /** Absent: the engine's default interval. */
  readonly step: Duration | undefined;
  readonly offset: Duration | undefined;
  readonly at: At | undefined;
}

export interface Call extends Span {
  readonly kind: 'call';
  readonly func: string;
  readonly args: readonly Expr[];
}

export interface Aggregation extends Span {
  readonly kind: 'aggregation';
  readonly op: AggregationOp;
  readonly expr: Expr;
  /** `k`, the quantile, the ratio or the label name, for the operators that take one. */
  readonly param: Expr | undefined;
  readonly without: boolean;
  readonly grouping: readonly string[];
}

export interface Binary extends Span {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly lhs: Expr;
  readonly rhs: Expr;
  /** `bool`: a comparison answers 0 or 1 instead of filtering. */
  readonly bool: boolean;
  readonly matching: VectorMatching | undefined;
}

export interface Unary extends Span {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly expr: Expr;
}

export interface Paren extends Span {
  readonly kind: 'paren';
  readonly expr: Expr;
}

/** A parsed and type-checked expression. Trees are immutable. */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Paren;
