import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedLabels, sharedText } from './shared-text.ts';
import { ownText } from './text.ts';

describe('shared texts', () => {
  it('are the text they were asked for, whatever is in it', () => {
    const any = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constant('\ud800 alone'));
    fc.assert(
      fc.property(any, (text) => {
        expect(sharedText(text)).toBe(text);
        expect(ownText(text)).toBe(text);
      }),
    );
  });

  it('make equal labels of labels, and stay right when more were asked for than are remembered', () => {
    for (let i = 0; i < 150_000; i++) {
      const text = `value ${i % 120_000}`;
      if (sharedText(text) !== text) expect(sharedText(text)).toBe(text);
    }
    const labels = { __name__: 'requests_total', path: '/größe/🐑', empty: '' };
    expect(sharedLabels(labels)).toEqual(labels);
  });
});
