const MOST_TEXTS = 100_000;
const ASCII = /^[\0-\x7f]*$/;

/** By their characters, the texts that were asked for last. */
let texts = new Map<string, string>();

/**
 * The same text as one string for all who ask: a hundred thousand series have a few thousand different label values, and
 * a string for each place they stand in takes more memory than the samples of an hour.
 */
export function sharedText(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= MOST_TEXTS) texts = new Map();
  const own = ownText(text);
  texts.set(own, own);
  return own;
}

/** The same labels, of shared texts. */
export function sharedLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const shared: Record<string, string> = {};
  for (const name in labels) shared[name] = sharedText(labels[name]!);
  return shared;
}

/** A copy. V8 keeps a piece that was cut out of a long text as a view of it, and with it the whole of that text. */
export function ownText(text: string): string {
  const encoding = ASCII.test(text) ? 'latin1' : 'utf16le';
  return Buffer.from(text, encoding).toString(encoding);
}
