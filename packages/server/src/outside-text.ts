import { redacted } from './config/redact.ts';

const LONGEST = 500;
/** Enough that a secret which begins within what is shown ends within what is looked at. */
const LOOKED_AT = 8192;
/** Control characters, line ends among them, and what turns the direction of a line: they would forge lines of a log. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;
const HALF_CHARACTER = /[\ud800-\udbff]$/;

/**
 * A text that another side had its hand in, as it may be logged and shown: on one line, without control characters,
 * without the credentials of addresses, and not longer than 500 characters.
 */
export function outsideText(text: string): string {
  const shown = redacted(text.slice(0, LOOKED_AT)).replace(UNPRINTABLE, ' ').trim();
  if (shown.length <= LONGEST && text.length <= LOOKED_AT) return shown;
  return `${shown.slice(0, LONGEST - 1).replace(HALF_CHARACTER, '')}…`;
}
