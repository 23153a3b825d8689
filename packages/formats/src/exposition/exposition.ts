import type { FloatHistogram, Labels } from '@bellwether/promql';
import type { Steps } from '../bytes/steps.ts';
import { ExpositionError } from './exposition-error.ts';
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

/** So many rows are held for a moment; a body of 256 MiB could have thirty times as many. */
const MOST_SAMPLES = 4_000_000;
const MOST_METRICS = 200_000;
/** UTF-16 units. One line is read in one go, which must not take long. */
const LONGEST_LINE = 2 ** 20;
/** Lines that are read in a step. */
const STEP = 64;

/**
 * Adds a row.
 * @returns Its number.
 * @throws ExpositionError when there are more than four million.
 */
export function addRow(out: Exposition, series: string, value: number, time: number): number {
  const row = out.series.length;
  if (row === MOST_SAMPLES) throw malformed(`there are more than ${MOST_SAMPLES} samples`);
  out.series.push(series);
  out.values.push(value);
  out.times.push(time);
  return row;
}

/** What is known of a metric, made when nothing is yet. */
export function metadataOf(out: Exposition, name: string): MetricMetadata {
  let entry = out.metadata.get(name);
  if (entry === undefined) {
    if (out.metadata.size === MOST_METRICS)
      throw malformed(`there are more than ${MOST_METRICS} metrics`);
    entry = { type: 'unknown', help: '', unit: '' };
    out.metadata.set(name, entry);
  }
  return entry;
}

/**
 * Calls `read` with each line of a text, its blanks cut off, in steps.
 * @param text Whole, or in pieces that begin and end anywhere.
 * @throws ExpositionError with the line when `read` throws a `SeriesTextError`.
 */
export function* readLines(
  text: string | Iterable<string>,
  read: (line: string) => void,
): Steps<void> {
  const lines = new Lines(read);
  for (const piece of typeof text === 'string' ? [text] : text) {
    lines.add(piece);
    do yield;
    while (lines.readSome());
  }
  lines.readRest();
}

/** The lines of pieces of a text, read a few at a time. */
class Lines {
  readonly #read: (line: string) => void;
  #text = '';
  #start = 0;
  /** No line ends before this. */
  #from = 0;
  #number = 0;

  constructor(read: (line: string) => void) {
    this.#read = read;
  }

  add(piece: string): void {
    const rest = this.#text.slice(this.#start);
    this.#text = rest + piece;
    this.#start = 0;
    this.#from = rest.length;
  }

  /** Whether there are more. */
  readSome(): boolean {
    const text = this.#text;
    let start = this.#start;
    for (let i = 0; i < STEP; i++) {
      const end = text.indexOf('\n', Math.max(start, this.#from));
      if (end < 0) {
        this.#check(text.length - start);
        this.#start = start;
        return false;
      }
      this.#take(text.slice(start, end));
      start = end + 1;
    }
    this.#start = start;
    return true;
  }

  /** The last line, which does not end. */
  readRest(): void {
    if (this.#start < this.#text.length) this.#take(this.#text.slice(this.#start));
  }

  #take(whole: string): void {
    this.#check(whole.length);
    this.#number++;
    const line = whole.trim();
    try {
      this.#read(line);
    } catch (error) {
      if (!(error instanceof SeriesTextError)) throw error;
      throw malformed(
        `line ${this.#number}, column ${error.column + 1}: ${error.message}: ${line.slice(0, 120)}`,
      );
    }
  }

  #check(length: number): void {
    if (length > LONGEST_LINE)
      throw malformed(`line ${this.#number + 1} is longer than ${LONGEST_LINE} characters`);
  }
}

const TEXT_HINT =
  'The target must answer in the Prometheus text format; `promtool check metrics` shows the same.';

export function malformed(what: string, hint = TEXT_HINT): ExpositionError {
  return new ExpositionError(what, hint);
}
