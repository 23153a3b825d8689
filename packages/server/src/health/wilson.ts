const Z_95 = 1.959963984540054;

/**
 * 95 % interval of a share seen in a sample. Holds its coverage at small samples and near 0 and 1, where the
 * textbook interval leaves [0, 1].
 * @param share Observed share, 0 to 1. @param total Sample size, above 0.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 */
export function wilsonInterval(share: number, total: number): { low: number; high: number } {
  const z2 = Z_95 * Z_95;
  const centre = (share + z2 / (2 * total)) / (1 + z2 / total);
  const half =
    (Z_95 / (1 + z2 / total)) * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total * total));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
