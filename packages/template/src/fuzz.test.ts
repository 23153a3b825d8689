import fc from 'fast-check';
import { describe, it } from 'vitest';
import { alertmanagerFunctions } from './alertmanager-functions.ts';
import { compile } from './compile.ts';
import { prometheusFunctions } from './prometheus-functions.ts';
import { TemplateError } from './template-error.ts';

const functions = { ...alertmanagerFunctions({ now: 0 }), ...prometheusFunctions() };

/** Pieces that make almost templates, and sometimes templates. */
const piece = fc.oneof(
  fc.constantFrom(
    ...['{{', '}}', '{{-', '-}}', '{{ ', ' }}', '(', ')', '|', ' ', '.', '$', '$x', ':=', '=', ','],
    ...[
      'if ',
      'else',
      'end',
      'range ',
      'with ',
      'define "a"',
      'template "a" ',
      'block "b" ',
      'break',
    ],
    ...[
      '{{end}}',
      '{{else}}',
      '{{if .}}',
      '{{range .L}}',
      '.L',
      '.M.k',
      '1',
      '2.5',
      '"t"',
      '`r`',
      "'c'",
    ],
    ...['nil', 'true', '/*', '*/', '"', '\\', '\n', 'printf ', '"%[3]*.[2]*[1]f|%v|%q|%x" '],
  ),
  fc.constantFrom(...Object.keys(functions).map((name) => `${name} `)),
  fc.string({ maxLength: 3 }),
);
const data = { L: [1, 'a', null, { k: 1n }], M: { k: 'v' }, f: Number.NaN };

describe('whatever is written', () => {
  it('either gives a text or fails with a place', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const text = pieces.join('');
        try {
          return typeof compile(text, { functions }).execute(data) === 'string';
        } catch (error) {
          return error instanceof TemplateError && error.line >= 1 && error.column >= 1;
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('and so does every call of a function with whatever it is given', () => {
    const names = [
      ...Object.keys(functions),
      ...'eq ne lt le gt ge len index slice print printf html js urlquery call not'.split(' '),
    ];
    const argument = fc.oneof(
      fc.constantFrom(
        '.L',
        '.M',
        '.f',
        '.none',
        'nil',
        'true',
        '-1',
        '1e300',
        '"%5.3d %s"',
        '""',
        '"é("',
        '.',
      ),
      fc.integer({ min: -3, max: 9 }).map(String),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(argument, { maxLength: 4 }), (name, args) => {
        try {
          return (
            typeof compile(`{{ ${name} ${args.join(' ')} }}`, { functions }).execute(data) ===
            'string'
          );
        } catch (error) {
          return error instanceof TemplateError;
        }
      }),
      { numRuns: 3000 },
    );
  });
});
