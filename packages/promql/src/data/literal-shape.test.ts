import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { literalPrefix, literalShape } from './literal-shape.ts';
import { compileMatcher } from './matcher.ts';

const VALUES = [
  '',
  'a',
  'ab',
  'abc',
  'a.b',
  'axb',
  'a|b',
  'b',
  'xab',
  'a\nb',
  '^a',
  'a\\',
  '(a)',
  '+',
];

describe('the shape of a regular expression', () => {
  it.each([
    ['^.*', { kind: 'any' }],
    ['.+', { kind: 'some' }],
    ['10\\.0\\.0\\.1|web|', { kind: 'among', values: ['10.0.0.1', 'web', ''] }],
    ['(a\\|b|c)', { kind: 'among', values: ['a|b', 'c'] }],
    ['web-.+', { kind: 'prefix', text: 'web-', goesOn: true }],
    ['.*\\.svc.*', { kind: 'contains', text: '.svc' }],
    ['a?', undefined],
    ['(?i)a', undefined],
    ['\\d', undefined],
    ['é', undefined],
  ])('%s is read as what it plainly says', (pattern, shape) => {
    expect(literalShape(pattern)).toEqual(shape);
  });

  it.each([
    ['abc', 'abc'],
    ['^a\\.b+c', 'a.b'],
    ['abc?', 'ab'],
    ['abc{0,2}', 'ab'],
    ['ab\\.*', 'ab'],
    ['ab|ac', ''],
    ['(?i)ab', ''],
    ['[ab]c', ''],
  ])('%s begins with %j for sure', (pattern, prefix) => {
    expect(literalPrefix(pattern)).toBe(prefix);
  });

  it.each([
    ...['', '|', 'a|', 'a\\|b', '(a|b)', '^a|b', '\\^a', 'a\\\\', '\\(a\\)', '\\+', 'a.b', 'a\\.b'],
    ...[
      '.*',
      '.+',
      'a.*',
      'a.+',
      'ab.+',
      '.*a.*',
      '.*\\..*',
      '^a.*',
      'ab?',
      'ab{0,1}',
      'a\\.?b',
      '(a)',
    ],
  ])('%s accepts what RE2 accepts, and nothing that begins otherwise', (pattern) => {
    const re2 = RE2JS.compile(pattern, RE2JS.DOTALL);
    const accepted = VALUES.filter((value) => re2.matches(value));
    const accepts = compileMatcher({ name: 'l', op: '=~', value: pattern });
    expect(VALUES.filter(accepts)).toEqual(accepted);
    expect(accepted.filter((value) => !value.startsWith(literalPrefix(pattern)))).toEqual([]);
  });
});
