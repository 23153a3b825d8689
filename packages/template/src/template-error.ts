/** Which half of the work failed: reading the template, or running it on data. */
export type TemplatePhase = 'parse' | 'execute';

interface TemplateErrorDetails {
  readonly phase: TemplatePhase;
  readonly template: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * A template that cannot be read or run. `message` has the wording of Go's text/template, so that
 * people find it with the search engine of their choice; the position is in `line` and `column`
 * (both from 1) and `hint` says what to do about it where we know.
 */
export class TemplateError extends Error {
  readonly code: 'TEMPLATE_PARSE' | 'TEMPLATE_EXECUTE';
  readonly template: string;
  readonly line: number;
  readonly column: number;
  /** The message without the position in front. */
  readonly reason: string;
  readonly hint?: string;

  constructor(message: string, details: TemplateErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TemplateError';
    this.code = details.phase === 'parse' ? 'TEMPLATE_PARSE' : 'TEMPLATE_EXECUTE';
    this.template = details.template;
    this.line = details.line;
    this.column = details.column;
    this.reason = details.reason;
    if (details.hint !== undefined) this.hint = details.hint;
  }
}

/** Line and column, both from 1, of an offset in a text. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const newline = before.lastIndexOf('\n');
  let line = 1;
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line += 1;
  return { line, column: offset - newline };
}
