import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alertmanagerFunctions } from './alertmanager-functions.ts';
import { compile } from './compile.ts';
import { prometheusFunctions } from './prometheus-functions.ts';

interface Expansion {
  readonly functions: 'prometheus' | 'alertmanager';
  readonly template: string;
  readonly text: string;
}

const expansions = JSON.parse(
  readFileSync(new URL('testdata/go-expansions.json', import.meta.url), 'utf8'),
) as Expansion[];

const functions = {
  prometheus: prometheusFunctions({ externalUrl: 'http://h:9090/p' }),
  alertmanager: alertmanagerFunctions({ now: 0 }),
};

/** What the templates were given: see testdata/README.md. */
const data = {
  ...{ nan: Number.NaN, inf: Infinity, ninf: -Infinity, neg0: -0, none: null },
  ...{ list: [1n, 2.5, 'a', null, true], strs: ['a', 'b'] },
  ...{ m: { b: 1n, a: 2.5 }, sm: { x: 'y', a: 'b c' } },
};

describe('a template has the text that Go makes of it', () => {
  it.each(expansions)('$template', ({ functions: set, template, text }) => {
    const compiled = compile(template, { functions: functions[set], missingKey: 'zero' });
    expect(compiled.execute(data)).toBe(text);
  });
});

describe('a template fails where Go does', () => {
  it.each([
    ['{{ parseDuration "300y" }}', 'duration out of range'],
    ['{{ parseDuration "99999999999999999999s" }}', 'not a valid duration string'],
    ['{{ humanize "1e400" }}', 'value out of range'],
    ['{{ humanize "+nan" }}', 'invalid syntax'],
    ['{{ eq .list 1 }}', 'incompatible types for comparison'],
    ['{{ range $i, $v := 3 }}{{ end }}', "can't use 3 to iterate over more than one variable"],
  ])('%s', (template, message) => {
    const compiled = compile(template, { functions: functions.prometheus });
    expect(() => compiled.execute(data)).toThrow(message);
  });
});

describe('a duration that is no number', () => {
  it.each(['.nan', '.inf', '1e300'])('is not made of %s', (seconds) => {
    const compiled = compile(`{{ toDuration ${seconds} }}`, { functions: functions.prometheus });
    expect(() => compiled.execute(data)).toThrow('value is NaN or Inf, or overflows a duration');
  });
});

describe('a value that is nested in itself', () => {
  it('is printed to a depth', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(compile('{{ printf "%d" . }}').execute(circle)).toContain('…');
  });
});
