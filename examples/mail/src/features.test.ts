import { describe, expect, it } from 'vitest';
import { mailFeatures, mailSegment } from './features.ts';

describe('mail features', () => {
  it('measure what a person would count', () => {
    const text = '<B>BUY</B> now! http://a.b or https://c.d <- 3 < 4 !';
    expect(mailFeatures(text)).toEqual({
      ...{ text_length: text.length, link_count: 2, html_tag_count: 2, exclamation_count: 2 },
      // B BUY B beside now, http, a, b, or, https, c and d.
      capitals_ratio: 5 / (5 + 18),
    });
  });

  it('are all 0 for a mail without letters, and its length', () => {
    expect(mailFeatures('12')).toMatchObject({ text_length: 2, capitals_ratio: 0 });
  });

  it('put a mail with markup into the segment html', () => {
    expect(mailSegment('see <A HREF="x">this</a>')).toBe('html');
    expect(mailSegment('a <body@example.org> wrote')).toBe('html');
    expect(mailSegment('I <3 plain text')).toBe('plain');
  });
});
