/** Parts of the language Prometheus holds behind feature flags; all off unless named. */
export interface LanguageFeatures {
  /** `--enable-feature=promql-experimental-functions` */
  readonly experimentalFunctions?: boolean;
  /** `--enable-feature=promql-duration-expr` */
  readonly durationExpressions?: boolean;
  /** `--enable-feature=promql-extended-range-selectors`: `anchored` and `smoothed` */
  readonly extendedRangeSelectors?: boolean;
  /** `--enable-feature=promql-binop-fill-modifiers`: `fill`, `fill_left`, `fill_right` */
  readonly fillModifiers?: boolean;
}

/** Every language feature switched on. */
export const ALL_LANGUAGE_FEATURES: Required<LanguageFeatures> = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
};
