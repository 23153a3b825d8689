import { type Steps, toEnd } from '../bytes/steps.ts';
import { addRow, type Exposition, emptyExposition, metadataOf, readLines } from './exposition.ts';
import { parseSampleValue } from './sample-value.ts';
import { endOfSeriesText, parseSeriesText, SeriesTextError } from './series-text.ts';

const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'unknown'] as const;
const BLANK = /[ \t]+/;

/**
 * Parses Prometheus' text exposition format, version 0.0.4, all of it or nothing: one malformed line makes the
 * whole text an error, as a half-read scrape would look like series that went away.
 * Source: prometheus.io, "Exposition formats".
 * @param known Tells whether a series text was parsed before; unknown ones are checked here.
 * @throws ExpositionError with the line and what is wrong with it.
 */
export function parseTextFormat(text: string, known: (series: string) => boolean): Exposition {
  return toEnd(textFormatSteps(text, known));
}

/** The same in steps, of a text that may come in pieces. */
export function* textFormatSteps(
  text: string | Iterable<string>,
  known: (series: string) => boolean,
): Steps<Exposition> {
  const out = emptyExposition();
  yield* readLines(text, (line) => {
    if (line === '') return;
    if (line.charCodeAt(0) === 0x23) readComment(line, out);
    else readSample(line, out, known);
  });
  return out;
}

function readSample(line: string, out: Exposition, known: (series: string) => boolean): void {
  const end = endOfSeriesText(line);
  const series = line.slice(0, end);
  if (!known(series)) parseSeriesText(series);
  const rest = line.slice(end).trim();
  const [valueText = '', timeText, tooMuch] = rest.split(BLANK);
  const value = parseSampleValue(valueText);
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
  addRow(out, series, value, time);
}

function readComment(line: string, out: Exposition): void {
  const [, keyword, quoted, bare, rest = ''] =
    /^#\s+(HELP|TYPE)\s+(?:"((?:[^"\\]|\\.)*)"|(\S+))\s*(.*)$/.exec(line) ?? [];
  const name = quoted ?? bare;
  if (keyword === undefined || name === undefined) return;
  const entry = metadataOf(out, name);
  if (keyword === 'HELP') {
    entry.help = rest.replace(/\\([n\\])/g, (_, c) => (c === 'n' ? '\n' : '\\'));
    return;
  }
  const type = TYPES.find((each) => each === (rest === 'untyped' ? 'unknown' : rest));
  if (type === undefined)
    throw new SeriesTextError(`"${rest}" is not a metric type`, line.length - rest.length);
  entry.type = type;
}
