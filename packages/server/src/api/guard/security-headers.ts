/** Answers that are no page load nothing, and nobody frames anything of ours. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** Pages load what is ours; Mantine writes style elements of its own. */
const OURS = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** On every answer, as OWASP's HTTP Headers cheat sheet has them. */
export const SECURITY_HEADERS = {
  'content-security-policy': NOTHING,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** On the files of the pages instead. */
export const PAGE_POLICY = OURS;
