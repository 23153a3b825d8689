import { seriesOf, splitByFamily } from './append.ts';
import type { Family } from './family.ts';
import { formatNumber } from './number.ts';

/** The media type of the text format that `render` writes. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** How an exposition is written. */
export interface ExposeOptions {
  /** Written behind each sample: its time in milliseconds since 1970. Scrapes leave it out. */
  readonly timestamp?: number;
  /**
   * Text of another registry: `await register.metrics()` of prom-client. It is appended as it is, but
   * for families that we have as well: those stand once, with the series of both.
   */
  readonly append?: string;
}

function escapeHelp(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
}

function renderBraces(labels: string, le: number | undefined): string {
  if (le === undefined) return labels === '' ? '' : `{${labels}}`;
  return `{${labels}${labels === '' ? '' : ','}le="${formatNumber(le)}"}`;
}

/** Whether a family is about the process: of two registries in one process, the other one's is taken. */
export function isOfProcess(name: string): boolean {
  return /^(process|nodejs)_/.test(name);
}

interface Entry {
  readonly header: string;
  body: string;
}

/**
 * Writes families in the Prometheus text format 0.0.4. Families of the same name, one from each
 * monitor of a process, share a header. Families without a sample are left out.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function render(families: Iterable<Family>, options: ExposeOptions = {}): string {
  const { append, timestamp } = options;
  // A time that is not known is left out: as a number, null would be 1970.
  const end = Number.isFinite(timestamp) ? ` ${Math.round(timestamp!)}\n` : '\n';
  const entries = new Map<string, Entry>();
  for (const family of new Set(families)) {
    let entry = entries.get(family.name);
    if (entry === undefined) {
      const help = `# HELP ${family.name} ${escapeHelp(family.help)}\n`;
      entry = { header: `${help}# TYPE ${family.name} ${family.type}\n`, body: '' };
      entries.set(family.name, entry);
    }
    let body = entry.body;
    family.collect((suffix, labels, value, le) => {
      const braces = renderBraces(labels.text, le);
      body += `${family.name}${suffix}${braces} ${formatNumber(value)}${end}`;
    });
    entry.body = body;
  }
  const rest = typeof append === 'string' ? takeIn(entries, append) : '';
  let text = '';
  for (const { header, body } of entries.values()) if (body !== '') text += header + body;
  return text + rest + (rest === '' || rest.endsWith('\n') ? '' : '\n');
}

/** Puts another registry's series of our families behind ours and returns the rest of its text. */
function takeIn(entries: Map<string, Entry>, append: string): string {
  const names = new Set([...entries.keys()].filter((name) => append.includes(name)));
  if (names.size === 0) return append;
  const { rest, shared } = splitByFamily(append, names);
  for (const [name, lines] of shared) {
    const entry = entries.get(name)!;
    if (lines.length === 0) continue;
    if (isOfProcess(name)) entry.body = '';
    const ours = new Set(entry.body.split('\n').map(seriesOf));
    for (const line of lines) if (!ours.has(seriesOf(line))) entry.body += `${line}\n`;
  }
  return rest;
}
