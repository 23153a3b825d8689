// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as Go writes them
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { expansion } from './expansion.ts';

function expand(pattern: string, text: string, template: string): string {
  const matcher = RE2JS.compile(`^(?s:${pattern})$`).matcher(text);
  expect(matcher.matches()).toBe(true);
  return expansion(template)(matcher);
}

// What Go 1.26's Regexp.ExpandString answers; its documentation: "$1x is equivalent to ${1x}, not ${1}x".
describe('a template with groups of a match in it', () => {
  it.each([
    ['$1', 'shop-7'],
    ['$0|${0}', 'shop-7|shop-7'],
    ['${1}_x', 'shop-7_x'],
    ['$1_x', ''],
    ['$1x', ''],
    ['$01', ''],
    ['$1é', ''],
    ['$1٣', ''],
    ['$1-x', 'shop-7-x'],
    ['$1$2$1', 'shop-7shopshop-7'],
    ['$name/$number', 'shop/7'],
    ['${name}s', 'shops'],
    ['$names', ''],
    ['$9', ''],
    ['$99999999999', ''],
    ['$$1', '$1'],
    ['$', '$'],
    ['$-', '$-'],
    ['${1', '${1'],
    ['${}', '${}'],
    ['${a b}', '${a b}'],
    ['plain', 'plain'],
  ])('%s', (template, expected) => {
    expect(expand('((?P<name>[a-z]+)-(?P<number>\\d+))', 'shop-7', template)).toBe(expected);
  });

  it('takes a group that was given the name 01', () => {
    expect(expand('(?P<01>.)(.)', 'ab', '<$01|$2>')).toBe('<a|b>');
  });

  it('leaves out a group that took no part', () => {
    expect(expand('(a)|(b)', 'b', '<$1$2>')).toBe('<b>');
  });
});
