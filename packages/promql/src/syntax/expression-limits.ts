/** How large an expression may be that is read. */
export interface ExpressionLimits {
  /** Nesting of parentheses, calls and signs; a row of operators like `a + b + c` is not nested. */
  readonly depth: number;
  /** Characters of the text. */
  readonly length: number;
  /** Numbers, strings, selectors and calls, all together. */
  readonly operands: number;
  /** Names in one list, as behind `by` or `on`, and matchers in one pair of braces. */
  readonly labels: number;
}

/** Far beyond what people and their tools write, and read in well under a second. */
export const DEFAULT_EXPRESSION_LIMITS: ExpressionLimits = {
  depth: 300,
  length: 1_048_576,
  operands: 5_000,
  labels: 1_000,
};
