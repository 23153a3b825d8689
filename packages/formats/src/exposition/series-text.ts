import { setLabel } from '@bellwether/promql';

/** Reads `name{label="value", …}` and `{"utf-8 name", label="value"}` as the text exposition format writes them. */

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const SPACE = /[ \t]*/y;
const PLAIN_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Thrown with the column (from 0, within the line) where reading stopped. */
export class SeriesTextError extends Error {
  readonly column: number;
  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

/**
 * The index just behind the series part of a sample line, found without parsing the labels: what stands
 * between is the key of the scrape cache, so a known series costs one look-up.
 */
export function endOfSeriesText(line: string): number {
  let i = 0;
  for (; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (c === 0x7b) break;
    if (c !== 0x20 && c !== 0x09) continue;
    const end = i;
    while (line.charCodeAt(i + 1) === 0x20 || line.charCodeAt(i + 1) === 0x09) i++;
    if (line.charCodeAt(i + 1) !== 0x7b) return end;
  }
  if (i >= line.length) return i;
  let quoted = false;
  for (; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (quoted) {
      if (c === 0x5c) i++;
      else if (c === 0x22) quoted = false;
    } else if (c === 0x22) quoted = true;
    else if (c === 0x7d) return i + 1;
  }
  throw new SeriesTextError('a "{" or a quote is never closed', line.length);
}

/** Writes a series as the text format does: what `parseSeriesText` reads. */
export function seriesText(name: string, labels: string): string {
  if (PLAIN_NAME.test(name)) return labels === '' ? name : `${name}{${labels}}`;
  return labels === '' ? `{${quote(name)}}` : `{${quote(name)},${labels}}`;
}

/** The part of a series text between the braces, of names and values in turn. */
export function labelsText(pairs: readonly string[]): string {
  let text = '';
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i]!;
    if (name === '') throw new SeriesTextError('a label has no name', 0);
    if (i > 0) text += ',';
    text += `${PLAIN_LABEL.test(name) ? name : quote(name)}=${quote(pairs[i + 1]!)}`;
  }
  return text;
}

/** Labels without those that are empty; the same where none is. */
export function withoutEmpty(
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  let some = false;
  for (const name in labels) some ||= labels[name] === '';
  if (!some) return labels;
  const out: Record<string, string> = {};
  for (const name in labels) if (labels[name] !== '') setLabel(out, name, labels[name]!);
  return out;
}

function quote(text: string): string {
  return `"${text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`;
}

/**
 * Parses a series text into labels, `__name__` included. Labels with an empty value are among them: they mean "absent", and
 * may be there to say so.
 */
export function parseSeriesText(text: string): Record<string, string> {
  const labels = parseLabels(text);
  if ((labels['__name__'] ?? '') === '') throw new SeriesTextError('a metric name is missing', 0);
  return labels;
}

/** The same for a set of labels that needs no name, as exemplars have it. */
export function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let i = 0;
  const name = match(NAME);
  if (name !== '') labels['__name__'] = name;
  match(SPACE);
  if (text[i] === '{') {
    i++;
    for (;;) {
      match(SPACE);
      if (text[i] === '}') break;
      const start = i;
      const key = text[i] === '"' ? quoted() : match(LABEL_NAME);
      if (key === '') throw new SeriesTextError('a label name must stand here', i);
      match(SPACE);
      if (text[i] === '=') {
        i++;
        match(SPACE);
        if (text[i] !== '"')
          throw new SeriesTextError('a label value must stand in double quotes', i);
        const value = quoted();
        if (Object.hasOwn(labels, key))
          throw new SeriesTextError(`label "${key}" stands twice`, start);
        setLabel(labels, key, value);
      } else if (text[start] === '"' && labels['__name__'] === undefined) {
        labels['__name__'] = key;
      } else {
        throw new SeriesTextError('"=" must follow a label name', i);
      }
      match(SPACE);
      if (text[i] === ',') i++;
      else if (text[i] !== '}') throw new SeriesTextError('"," or "}" must follow a label', i);
    }
    i++;
  }
  if (i !== text.length) throw new SeriesTextError('this does not belong to a series', i);
  return labels;

  function match(pattern: RegExp): string {
    pattern.lastIndex = i;
    const found = pattern.exec(text)?.[0] ?? '';
    i += found.length;
    return found;
  }

  function quoted(): string {
    let out = '';
    for (i++; i < text.length; i++) {
      const c = text[i]!;
      if (c === '"') {
        i++;
        return out;
      }
      if (c === '\\') {
        const next = text[++i];
        if (next === 'n') out += '\n';
        else if (next === '"' || next === '\\') out += next;
        else out += `\\${next ?? ''}`;
      } else out += c;
    }
    throw new SeriesTextError('a quote is never closed', text.length);
  }
}
