/** What is worth watching of a mail, whatever the model makes of it. */
export interface MailFeatures {
  /** Characters of subject and body. */
  readonly text_length: number;
  /** Web links. */
  readonly link_count: number;
  /** HTML tags, opening and closing. */
  readonly html_tag_count: number;
  /** Exclamation marks. */
  readonly exclamation_count: number;
  /** Upper-case letters among all ASCII letters, 0 to 1; 0 without letters. */
  readonly capitals_ratio: number;
  [name: string]: number;
}

/** Histogram buckets of the features. */
export const FEATURE_BUCKETS: Readonly<Record<string, { buckets: readonly number[] }>> = {
  text_length: { buckets: [200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000] },
  link_count: { buckets: [0, 1, 2, 5, 10, 20, 50, 100] },
  html_tag_count: { buckets: [0, 10, 50, 100, 200, 500, 1000, 2000] },
  exclamation_count: { buckets: [0, 1, 2, 5, 10, 20, 50] },
  capitals_ratio: { buckets: [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5] },
};

function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) {
    count += 1;
  }
  return count;
}

/** Measures a mail. */
export function mailFeatures(text: string): MailFeatures {
  let capitals = 0;
  let letters = 0;
  let tags = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 65 && code <= 90) {
      capitals += 1;
      letters += 1;
    } else if (code >= 97 && code <= 122) {
      letters += 1;
    } else if (code === 60 && isTagStart(text.charCodeAt(index + 1))) {
      tags += 1;
    }
  }
  return {
    text_length: text.length,
    link_count: occurrences(text, 'http://') + occurrences(text, 'https://'),
    html_tag_count: tags,
    exclamation_count: occurrences(text, '!'),
    capitals_ratio: letters === 0 ? 0 : capitals / letters,
  };
}

/** Behind `<` a tag goes on with a letter or a slash; a quoted address or a comparison may not. */
function isTagStart(code: number): boolean {
  return code === 47 || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** The segment a mail's accuracy is counted in: how it is written is known before anyone labels it. */
export function mailSegment(text: string): 'html' | 'plain' {
  return /<(?:html|body|table|font|a href)\b/i.test(text) ? 'html' : 'plain';
}
