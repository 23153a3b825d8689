import { type Steps, toEnd } from '../bytes/steps.ts';
import {
  addRow,
  type Exposition,
  emptyExposition,
  malformed,
  metadataOf,
  readLines,
} from './exposition.ts';
import { parseSampleValue } from './sample-value.ts';
import {
  endOfSeriesText,
  parseLabels,
  parseSeriesText,
  SeriesTextError,
  withoutEmpty,
} from './series-text.ts';

const TYPES = [
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'stateset',
  'info',
  'summary',
  'unknown',
] as const;
const COMMENT = /^# (HELP|TYPE|UNIT) (?:"((?:[^"\\]|\\.)*)"|(\S+))(?: (.*))?$/;
const BLANK = /[ \t]+/;

/**
 * Parses OpenMetrics text, all of it or nothing. `_created` and `_info` samples are series like any other, as Prometheus
 * takes them. Metadata stands under the family's name, so a counter's is without `_total`.
 * Source: the OpenMetrics specification, version 1.0.0, section "Text Format".
 * @param known Tells whether a series text was parsed before; unknown ones are checked here.
 * @throws ExpositionError with the line and what is wrong with it, also when `# EOF` is missing:
 * the text was cut off then.
 */
export function parseOpenMetrics(text: string, known: (series: string) => boolean): Exposition {
  return toEnd(openMetricsSteps(text, known));
}

/** The same in steps, of a text that may come in pieces. */
export function* openMetricsSteps(
  text: string | Iterable<string>,
  known: (series: string) => boolean,
): Steps<Exposition> {
  const out = emptyExposition();
  let ended = false;
  yield* readLines(text, (line) => {
    if (ended) throw new SeriesTextError('nothing may follow # EOF', 0);
    if (line === '# EOF') ended = true;
    else if (line === '') throw new SeriesTextError('OpenMetrics has no empty lines', 0);
    else if (line.charCodeAt(0) === 0x23) readComment(line, out);
    else readSample(line, out, known);
  });
  if (!ended) throw malformed('the text does not end with # EOF; it may have been cut off');
  return out;
}

function readSample(line: string, out: Exposition, known: (series: string) => boolean): void {
  const end = endOfSeriesText(line);
  const series = line.slice(0, end);
  if (!known(series)) parseSeriesText(series);
  const hash = line.indexOf('#', end);
  const sample = readValueAndTime(line, end, hash < 0 ? line.length : hash);
  if (hash >= 0) {
    const open = line.indexOf('{', hash);
    if (open < 0 || line.slice(hash + 1, open).trim() !== '')
      throw new SeriesTextError('an exemplar begins with its labels in braces', hash);
    const close = open + endOfSeriesText(line.slice(open));
    const labels = withoutEmpty(parseLabels(line.slice(open, close)));
    const exemplar = readValueAndTime(line, close, line.length);
    out.exemplars.push({ row: out.series.length, labels, ...exemplar });
  }
  addRow(out, series, sample.value, sample.time);
}

function readValueAndTime(line: string, from: number, to: number): { value: number; time: number } {
  const [valueText = '', timeText, tooMuch] = line.slice(from, to).trim().split(BLANK);
  const value = parseSampleValue(valueText);
  if (value === undefined)
    throw new SeriesTextError(
      valueText === '' ? 'a value is missing' : `"${valueText}" is not a number`,
      from,
    );
  if (tooMuch !== undefined)
    throw new SeriesTextError('nothing may follow the timestamp', line.indexOf(tooMuch, from));
  if (timeText === undefined) return { value, time: Number.NaN };
  const seconds = parseSampleValue(timeText);
  if (seconds === undefined || !Number.isFinite(seconds))
    throw new SeriesTextError(
      `"${timeText}" is not a timestamp in seconds`,
      line.indexOf(timeText, from),
    );
  return { value, time: Math.trunc(seconds * 1000) };
}

function readComment(line: string, out: Exposition): void {
  const [, keyword, quoted, bare, rest = ''] = COMMENT.exec(line) ?? [];
  const name = quoted ?? bare;
  if (keyword === undefined || name === undefined)
    throw new SeriesTextError('a comment must be # HELP, # TYPE, # UNIT or # EOF', 0);
  const entry = metadataOf(out, name);
  switch (keyword) {
    case 'HELP':
      entry.help = rest.replace(/\\([n\\"])/g, (_, c) => (c === 'n' ? '\n' : c));
      return;
    case 'UNIT':
      if (rest !== '' && !name.endsWith(`_${rest}`))
        throw new SeriesTextError(`the name must end with its unit, _${rest}`, 0);
      entry.unit = rest;
      return;
    default: {
      const type = TYPES.find((each) => each === rest);
      if (type === undefined)
        throw new SeriesTextError(`"${rest}" is not a metric type`, line.length - rest.length);
      entry.type = type;
    }
  }
}
