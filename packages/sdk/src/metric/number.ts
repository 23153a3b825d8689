/** Writes a number as the text format 0.0.4 reads it: shortest decimal, `+Inf`, `-Inf`, `NaN`. */
export function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
