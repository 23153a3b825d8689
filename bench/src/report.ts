/** One comparison. */
export interface ReportRow {
  readonly label: string;
  readonly ours: number;
  /** Absent where the other side has nothing of the kind. */
  readonly theirs?: number;
  readonly unit: string;
  /** Ours over theirs: below 1 is better for everything that is measured here. */
  readonly ratio?: number;
}

/** What a benchmark found out. */
export interface Report {
  readonly name: string;
  /** Who `theirs` is, with its version. */
  readonly against: string;
  readonly rows: readonly ReportRow[];
  /** How it was measured, and what a reader must know to judge it. */
  readonly notes: readonly string[];
}

/** A benchmark: a file under bench/src exports one as `run`. */
export type Bench = () => Promise<Report>;

/** A row of a comparison, with its ratio. */
export function row(label: string, unit: string, ours: number, theirs: number): ReportRow {
  return { label, unit, ours, theirs, ratio: ours / theirs };
}

function figure(value: number | undefined): string {
  if (value === undefined) return '–';
  return value.toPrecision(3).includes('e')
    ? value.toFixed(0)
    : String(Number(value.toPrecision(3)));
}

/** A report as a table for people. */
export function formatReport({ against, name, notes, rows }: Report): string {
  const head = [name, 'ours', against, 'unit', 'ours / theirs'];
  const cells = rows.map(({ label, ours, ratio, theirs, unit }) => [
    ...[label, figure(ours), figure(theirs), unit],
    ratio === undefined ? '–' : ratio.toFixed(2),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => line[column]!.length)),
  );
  const lines = [head, widths.map((width) => '-'.repeat(width)), ...cells].map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return `${[...lines, '', ...notes.map((note) => `- ${note}`)].join('\n')}\n`;
}
