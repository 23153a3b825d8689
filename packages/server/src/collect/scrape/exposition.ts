import { BellwetherError } from '../../errors.ts';
import { endOfSeriesText, parseSeriesText, SeriesTextError } from './series-text.ts';

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

export interface MetricMetadata {
  type: MetricType;
  help: string;
}

/** One scrape's samples as columns: row i is `series[i]`, `values[i]` at `times[i]`. */
export interface Exposition {
  /** The series as the target wrote it; parse with `parseSeriesText` when it is new. */
  readonly series: string[];
  readonly values: number[];
  /** Unix milliseconds; NaN where the target gave none. */
  readonly times: number[];
  readonly metadata: Map<string, MetricMetadata>;
}

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const SPECIAL: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  '+nan': Number.NaN,
  '-nan': Number.NaN,
  inf: Infinity,
  '+inf': Infinity,
  '-inf': -Infinity,
  infinity: Infinity,
  '+infinity': Infinity,
  '-infinity': -Infinity,
};
const TYPES: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
const BLANK = /[ \t]+/;

/**
 * Parses Prometheus' text exposition format, version 0.0.4, all of it or nothing: one malformed line makes the
 * whole text an error, as a half-read scrape would look like series that went away.
 * Source: prometheus.io, "Exposition formats".
 * @param known Tells whether a series text was parsed before; unknown ones are checked here.
 * @throws BellwetherError `BW_EXPOSITION_MALFORMED` with the line and what is wrong with it.
 */
export function parseExposition(text: string, known: (series: string) => boolean): Exposition {
  const out: Exposition = { series: [], values: [], times: [], metadata: new Map() };
  let lineNumber = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    lineNumber++;
    const line = text.slice(start, end).trim();
    start = end + 1;
    if (line === '') continue;
    try {
      if (line.charCodeAt(0) === 0x23) readComment(line, out.metadata);
      else readSample(line, out, known);
    } catch (error) {
      if (!(error instanceof SeriesTextError)) throw error;
      throw new BellwetherError(
        'BW_EXPOSITION_MALFORMED',
        `line ${lineNumber}, column ${error.column + 1}: ${error.message}: ${line.slice(0, 120)}`,
        'The target must answer in the Prometheus text format; `promtool check metrics` shows the same.',
      );
    }
  }
  return out;
}

function readSample(line: string, out: Exposition, known: (series: string) => boolean): void {
  const end = endOfSeriesText(line);
  const series = line.slice(0, end);
  if (!known(series)) parseSeriesText(series);
  const rest = line.slice(end).trim();
  const [valueText = '', timeText, tooMuch] = rest.split(BLANK);
  const value = DECIMAL.test(valueText) ? Number(valueText) : SPECIAL[valueText.toLowerCase()];
  if (value === undefined)
    throw new SeriesTextError(
      valueText === '' ? 'a value is missing' : `"${valueText}" is not a number`,
      end,
    );
  let time = Number.NaN;
  if (timeText !== undefined) {
    if (!/^[+-]?\d+$/.test(timeText))
      throw new SeriesTextError(
        `"${timeText}" is not a timestamp in milliseconds`,
        line.indexOf(timeText, end),
      );
    time = Number(timeText);
  }
  if (tooMuch !== undefined)
    throw new SeriesTextError('nothing may follow the timestamp', line.lastIndexOf(tooMuch));
  out.series.push(series);
  out.values.push(value);
  out.times.push(time);
}

function readComment(line: string, metadata: Map<string, MetricMetadata>): void {
  const [, keyword, name, rest = ''] = /^#\s+(HELP|TYPE)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
  if (keyword === undefined || name === undefined) return;
  const entry = metadata.get(name) ?? { type: 'untyped', help: '' };
  if (keyword === 'HELP') entry.help = rest.replaceAll('\\n', '\n').replaceAll('\\\\', '\\');
  else if (TYPES.has(rest)) entry.type = rest as MetricType;
  else throw new SeriesTextError(`"${rest}" is not a metric type`, line.length - rest.length);
  metadata.set(name, entry);
}
