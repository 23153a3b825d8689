/** A logistic curve over a score: `1 / (1 + exp(-(slope * score + intercept)))`. */
export interface Calibration {
  readonly slope: number;
  readonly intercept: number;
}

/** The probability that belongs to a score. */
export function probability({ intercept, slope }: Calibration, score: number): number {
  return 1 / (1 + Math.exp(-(slope * score + intercept)));
}

const MAX_STEPS = 100;
const TOLERANCE = 1e-9;
/** Keeps the curve finite where the two classes do not overlap at all. */
const RIDGE = 1e-6;

/**
 * Fits the curve that makes the outcomes most likely, by Newton's method on the two parameters.
 *
 * Source: J. Platt, Probabilistic Outputs for Support Vector Machines (1999), without its smoothing
 * of the targets.
 *
 * @param scores one per case, any scale
 * @param positives whether the case was of the class whose probability is wanted
 */
export function fitCalibration(
  scores: readonly number[],
  positives: readonly boolean[],
): Calibration {
  let slope = 0;
  let intercept = 0;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    let gradientSlope = RIDGE * slope;
    let gradientIntercept = RIDGE * intercept;
    let slopeSlope = RIDGE;
    let slopeIntercept = 0;
    let interceptIntercept = RIDGE;
    for (const [index, score] of scores.entries()) {
      const p = probability({ slope, intercept }, score);
      const error = p - (positives[index] === true ? 1 : 0);
      const weight = p * (1 - p);
      gradientSlope += error * score;
      gradientIntercept += error;
      slopeSlope += weight * score * score;
      slopeIntercept += weight * score;
      interceptIntercept += weight;
    }
    const determinant = slopeSlope * interceptIntercept - slopeIntercept * slopeIntercept;
    const moveSlope =
      (interceptIntercept * gradientSlope - slopeIntercept * gradientIntercept) / determinant;
    const moveIntercept =
      (slopeSlope * gradientIntercept - slopeIntercept * gradientSlope) / determinant;
    slope -= moveSlope;
    intercept -= moveIntercept;
    if (Math.abs(moveSlope) + Math.abs(moveIntercept) < TOLERANCE) break;
  }
  return { slope, intercept };
}
