import { setLabel } from '@bellwether/promql';
import { ownText } from './text.ts';

const MOST_TEXTS = 100_000;
const MOST_CHARACTERS = 16 * 2 ** 20;
/** Longer ones are hardly ever the same. */
const LONGEST = 1024;

/** By their characters, the texts that were asked for last. */
let texts = new Map<string, string>();
let characters = 0;

/**
 * The same text as one string for all who ask: a hundred thousand series have a few thousand different label values, and
 * a string for each place they stand in takes more memory than the samples of an hour.
 */
export function sharedText(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  const own = ownText(text);
  if (own.length > LONGEST) return own;
  if (texts.size >= MOST_TEXTS || characters > MOST_CHARACTERS) {
    texts = new Map();
    characters = 0;
  }
  texts.set(own, own);
  characters += own.length;
  return own;
}

/** The same labels, of shared texts. */
export function sharedLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const shared: Record<string, string> = {};
  for (const name in labels) setLabel(shared, name, sharedText(labels[name]!));
  return shared;
}
