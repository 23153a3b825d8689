import { describe, expect, it } from 'vitest';
import { tokens } from './tokens.ts';

describe('tokens', () => {
  it('are the different words in lower case, with prices and tags among them', () => {
    expect(tokens("FREE! Don't pay $99, <b>free</b> e-mail is on")).toEqual([
      ...['free', "don't", 'pay', '$99', 'e-mail'],
    ]);
  });

  it('leave out the word that is a function in every plain object', () => {
    expect(tokens('the constructor prototype')).toEqual(['the', 'prototype']);
  });

  it('are taken from the beginning of a mail, and are none in an empty one', () => {
    expect(tokens(`${'word '.repeat(2000)}last`)).toEqual(['word']);
    expect(tokens('')).toEqual([]);
  });
});
