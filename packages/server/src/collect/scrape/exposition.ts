import type { FloatHistogram, Labels } from '@bellwether/promql';
import { BellwetherError } from '../../errors.ts';
import { SeriesTextError } from './series-text.ts';

/** The types of all formats; `untyped` of the one is `unknown` of the other. */
type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'summary'
  | 'unknown'
  | 'gaugehistogram'
  | 'stateset'
  | 'info';

export interface MetricMetadata {
  type: MetricType;
  help: string;
  unit: string;
}

/** An example of what was counted, most often with the trace it belongs to. */
interface Exemplar {
  /** The row of the sample it stands at. */
  readonly row: number;
  readonly labels: Labels;
  readonly value: number;
  /** Unix milliseconds; NaN where the target gave none. */
  readonly time: number;
}

/** One scrape's samples as columns: row i is `series[i]`, `values[i]` at `times[i]`. */
export interface Exposition {
  /** The series as the target wrote it; parse with `parseSeriesText` when it is new. */
  readonly series: string[];
  readonly values: number[];
  /** Native histograms, by the row of the sample that each is; its value is NaN. Text has none. */
  readonly histograms: Map<number, FloatHistogram>;
  /** Unix milliseconds; NaN where the target gave none. */
  readonly times: number[];
  readonly metadata: Map<string, MetricMetadata>;
  readonly exemplars: Exemplar[];
}

export function emptyExposition(): Exposition {
  return {
    series: [],
    values: [],
    histograms: new Map(),
    times: [],
    metadata: new Map(),
    exemplars: [],
  };
}

/** What is known of a metric, made when nothing is yet. */
export function metadataOf(out: Exposition, name: string): MetricMetadata {
  let entry = out.metadata.get(name);
  if (entry === undefined) {
    entry = { type: 'unknown', help: '', unit: '' };
    out.metadata.set(name, entry);
  }
  return entry;
}

/**
 * Calls `read` with each line of a text, its blanks cut off.
 * @throws BellwetherError `BW_EXPOSITION_MALFORMED` with the line when `read` throws a `SeriesTextError`.
 */
export function readLines(text: string, read: (line: string) => void): void {
  let lineNumber = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    lineNumber++;
    const line = text.slice(start, end).trim();
    start = end + 1;
    try {
      read(line);
    } catch (error) {
      if (!(error instanceof SeriesTextError)) throw error;
      throw malformed(
        `line ${lineNumber}, column ${error.column + 1}: ${error.message}: ${line.slice(0, 120)}`,
      );
    }
  }
}

const TEXT_HINT =
  'The target must answer in the Prometheus text format; `promtool check metrics` shows the same.';

export function malformed(what: string, hint = TEXT_HINT): BellwetherError {
  return new BellwetherError('BW_EXPOSITION_MALFORMED', what, hint);
}
