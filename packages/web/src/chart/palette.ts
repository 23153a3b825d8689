/** Canvas knows no CSS variables: their present values, read once for each theme. */
export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly surface: string;
  readonly grid: string;
  readonly band: string;
  readonly line: string;
  readonly reference: string;
  readonly warning: string;
  readonly critical: string;
  readonly neutral: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--bw-${name}`).trim();
  return {
    text: token('text'),
    muted: token('muted'),
    surface: token('surface'),
    grid: token('grid'),
    band: token('band'),
    line: token('line'),
    reference: token('reference'),
    warning: token('warning-edge'),
    critical: token('critical-edge'),
    neutral: token('reference'),
  };
}
