import type { SeriesColumns, SeriesSource } from '../data/series.ts';
import type { Expr, VectorSelector } from '../syntax/ast.ts';
import type { Millis } from '../text/duration.ts';
import type { Annotations } from './annotations.ts';
import type { Budget } from './budget.ts';
import type { Column } from './column.ts';
import type { Grid } from './grid.ts';

/** Behaviour Prometheus holds behind flags of the engine (not of the language). */
export interface EngineFeatures {
  /** `promql-delayed-name-removal`: names go at the end of the query, not at each function. */
  readonly delayedNameRemoval?: boolean;
  /** `use-start-timestamps`: counter resets are also known from the samples' start times. */
  readonly startTimestamps?: boolean;
  /** `type-and-unit-labels`: the counter check of `rate` looks at `__type__`. */
  readonly typeAndUnitLabels?: boolean;
}

/** Evaluates any expression; nodes ask it for their operands. */
interface Evaluator {
  vector(expr: Expr, context: Context, func?: string): Promise<Column[]>;
  scalar(expr: Expr, context: Context): Promise<Float64Array>;
}

/** What is the same for a whole query. */
export interface QueryContext {
  readonly evaluate: Evaluator;
  readonly source: SeriesSource;
  readonly start: Millis;
  readonly end: Millis;
  readonly step: Millis;
  readonly lookbackMs: Millis;
  readonly subqueryStepMs: (range: Millis) => Millis;
  readonly features: EngineFeatures;
  readonly annotations: Annotations;
  readonly budget: Budget;
  /** Selectors of which only histogram counts and sums are asked. */
  readonly counted: ReadonlySet<VectorSelector>;
  /** Selections already made, by matchers and range. */
  readonly selected: Map<string, Promise<readonly SeriesColumns[]>>;
}

/** A query at one set of evaluation times: the query's own, or a subquery's. */
export interface Context {
  readonly query: QueryContext;
  readonly grid: Grid;
  /**
   * How often a sample touched here counts as touched: once unless said otherwise, for each step where one evaluation
   * serves many, and not at all where a function
   * looks at the result of a subquery, as then that is counted.
   */
  readonly weight?: number;
}
