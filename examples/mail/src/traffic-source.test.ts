import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predictBody } from './traffic-source.ts';

describe('a client', () => {
  it('that uses a library always writes JSON that reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(JSON.parse(predictBody(text, 'library').toString())).toEqual({ text });
      }),
    );
  });

  it('that is handmade writes the same for ordinary text', () => {
    const text = 'a "quoted" \\ line\r\n\tand été 日本';
    expect(JSON.parse(predictBody(text, 'handmade').toString())).toEqual({ text });
  });

  it('that is handmade writes no JSON when a mail holds a rarer control character', () => {
    const body = predictBody('page one\fpage two', 'handmade').toString();
    expect(() => JSON.parse(body)).toThrow(SyntaxError);
  });
});
