/*
 * Summation with Neumaier's compensation, as Prometheus sums: the running sum, and beside it what
 * rounding lost so far. The hot loops write these three lines out; this file is for the others.
 *
 * A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974.
 */

/** A compensated sum that is added to one value at a time. */
export class KahanSum {
  sum = 0;
  compensation = 0;

  add(value: number): void {
    const next = this.sum + value;
    this.compensation += lost(this.sum, value, next, this.compensation);
    this.sum = next;
  }

  get value(): number {
    return Number.isFinite(this.sum) ? this.sum + this.compensation : this.sum;
  }
}

/** What rounding lost in `next = sum + value`; takes the compensation back where the sum overflowed. */
export function lost(sum: number, value: number, next: number, compensation: number): number {
  if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) return -compensation;
  return Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
}
