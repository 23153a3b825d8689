import type { Family } from './family.ts';
import { formatNumber } from './number.ts';

/** The media type of the text format that `render` writes. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** How an exposition is written. */
export interface ExposeOptions {
  /** Written behind each sample: its time in milliseconds since 1970. Scrapes leave it out. */
  readonly timestamp?: number;
  /** Text of another registry, appended as it is: `await register.metrics()` of prom-client. */
  readonly append?: string;
}

function escapeHelp(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
}

function renderBraces(labels: string, le: number | undefined): string {
  if (le === undefined) return labels === '' ? '' : `{${labels}}`;
  return `{${labels}${labels === '' ? '' : ','}le="${formatNumber(le)}"}`;
}

/**
 * Writes families in the Prometheus text format 0.0.4. Families of the same name, one from each
 * monitor of a process, share a header. Families without a sample are left out.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function render(families: Iterable<Family>, options: ExposeOptions = {}): string {
  const end = options.timestamp === undefined ? '\n' : ` ${Math.round(options.timestamp)}\n`;
  const bodies = new Map<string, { header: string; body: string }>();
  for (const family of new Set(families)) {
    let entry = bodies.get(family.name);
    if (entry === undefined) {
      const help = `# HELP ${family.name} ${escapeHelp(family.help)}\n`;
      entry = { header: `${help}# TYPE ${family.name} ${family.type}\n`, body: '' };
      bodies.set(family.name, entry);
    }
    let body = entry.body;
    family.collect((suffix, labels, value, le) => {
      const braces = renderBraces(labels.text, le);
      body += `${family.name}${suffix}${braces} ${formatNumber(value)}${end}`;
    });
    entry.body = body;
  }
  let text = '';
  for (const { header, body } of bodies.values()) if (body !== '') text += header + body;
  if (options.append === undefined || options.append === '') return text;
  return `${text}${options.append}${options.append.endsWith('\n') ? '' : '\n'}`;
}
