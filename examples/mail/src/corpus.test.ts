import { describe, expect, it } from 'vitest';
import { corpusVersion, labelOf, loadGroup, readableText } from './corpus.ts';

describe('corpus', () => {
  it('shows of a message its subject and body, and no header that tells where it was collected', () => {
    const raw =
      'From a@b Thu Aug 22\nReceived: from phobos\n\tby dogma\nSubject: [list] A subject\n' +
      '  over two lines\nList-Id: x\n\nBody: first\n\nSubject: not this one\n';
    expect(readableText(raw)).toBe(
      'Subject: [list] A subject over two lines\n\nBody: first\n\nSubject: not this one',
    );
  });

  it('reads messages without a subject, and without a body', () => {
    expect(readableText('From: a\n\nhello\n')).toBe('hello');
    expect(readableText('Subject: only')).toBe('Subject: only\n\n');
  });

  it('has the mails that its publisher counts, without their transport headers', () => {
    // 250 hard ham messages: https://spamassassin.apache.org/old/publiccorpus/readme.html
    const mails = loadGroup('hard-ham-1');
    expect(mails).toHaveLength(250);
    expect(mails.every(({ label }) => label === 'ham')).toBe(true);
    expect(mails.every(({ text }) => text.length > 0 && !/^Received:/.test(text))).toBe(true);
    expect(labelOf('spam-2')).toBe('spam');
    expect(corpusVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
