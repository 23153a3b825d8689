import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CompileOptions, compile } from './compile.ts';
import { prometheusFunctions } from './prometheus-functions.ts';
import { TemplateError } from './template-error.ts';
import { list, SafeText, struct } from './values.ts';

const run = (text: string, data?: unknown, options: CompileOptions = {}): string =>
  compile(text, { name: 'test', ...options }).execute(data);

function errorOf(work: () => unknown): TemplateError {
  try {
    work();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

interface Expansion {
  readonly template: string;
  readonly value?: number | string;
  readonly text: string;
}

const expansions = JSON.parse(
  readFileSync(new URL('testdata/promtool-expansions.json', import.meta.url), 'utf8'),
) as Expansion[];

describe('a template of an alerting rule', () => {
  const labels = { __name__: 'v', instance: 'localhost:9090', job: 'api' };
  const variables = ['labels', 'externalLabels', 'externalURL', 'value'];

  it.each(expansions)(
    '$template ($value) reads as in Prometheus',
    ({ template, value = 1, text }) => {
      const number = typeof value === 'string' ? Number(value.replace('Inf', 'Infinity')) : value;
      const data = { Labels: labels, ExternalLabels: {}, ExternalURL: '', Value: number };
      const expand = (): string =>
        compile(template, {
          name: 't',
          missingKey: 'zero',
          variables,
          functions: prometheusFunctions(),
        }).execute(struct('struct', data), {
          variables: { labels, externalLabels: {}, externalURL: '', value: number },
        });
      if (text.startsWith('<error expanding template: ')) {
        const message = `<error expanding template: error executing template t: ${errorOf(expand).message}>`;
        expect(message).toBe(text);
      } else expect(expand()).toBe(text);
    },
  );
});

// The expected texts below are from the documentation of text/template: promtool's Go is older.
describe('what newer versions of Go have', () => {
  it('ranges over an integer', () => {
    expect(
      run('{{range 3}}{{.}}{{end}}{{range $i := 2}}{{$i}}{{end}}{{range 0}}x{{else}}none{{end}}'),
    ).toBe('01201none');
  });

  it('chains with by else', () => {
    const text = '{{with .a}}a{{.}}{{else with .b}}b{{.}}{{else}}none{{end}}';
    expect([{ a: 'x' }, { b: 'y' }, {}].map((data) => run(text, data))).toEqual([
      'ax',
      'by',
      'none',
    ]);
  });

  it('takes and, or in any number and evaluates no further than it must', () => {
    expect(run('{{or 0 "" "x" (index .a 5)}}', { a: [] })).toBe('x');
  });
});

describe('data', () => {
  it('is visited in the order of keys', () => {
    expect(run('{{range $k, $v := .}}{{$k}}={{$v}} {{end}}', { b: '2', a: '1', B: '0' })).toBe(
      'B=0 a=1 b=2 ',
    );
    expect(
      run(
        '{{range $k, $v := .}}{{$k}}={{$v}} {{end}}',
        new Map([
          ['b', 2],
          ['a', 1],
        ]),
      ),
    ).toBe('a=1 b=2 ');
  });

  it('has methods where the host gives some, also with arguments', () => {
    const alerts = list([{ Status: 'firing' }, { Status: 'resolved' }], {
      Firing: () => [{ Status: 'firing' }],
      WithStatus: (status) => [{ Status: status }],
    });
    const text =
      '{{len .Alerts}} {{len .Alerts.Firing}} {{range .Alerts.WithStatus "x"}}{{.Status}}{{end}} {{("y" | .Alerts.WithStatus)}}';
    expect(run(text, { Alerts: alerts })).toBe('2 1 x [map[Status:y]]');
  });

  it('calls a function held in a variable', () => {
    const template = compile('{{call $twice 4}}', { variables: ['twice'] });
    const twice = (value: unknown): unknown => Number(value) * 2;
    expect(template.execute(null, { variables: { twice } })).toBe('8');
  });

  it('shows what it lacks as the option says', () => {
    expect(run('{{.a}} {{.a.b}}', {})).toBe('<no value> <no value>');
    expect(run('{{.a}}|', {}, { missingKey: 'zero' })).toBe('|');
    expect(errorOf(() => run('{{.a}}', {}, { missingKey: 'error' })).reason).toBe(
      'map has no entry for key "a"',
    );
    expect(errorOf(() => run('{{ .Foo }}', null, { missingKey: 'error' })).message).toBe(
      'template: test:1:3: executing "test" at <.Foo>: nil data; no entry for key "Foo"',
    );
  });

  it('of a struct has its fields and no others', () => {
    const error = errorOf(() =>
      run('{{ .Lables }}', struct('template.Data', { Labels: {}, Status: '' })),
    );
    expect(error.reason).toBe("can't evaluate field Lables in type template.Data");
    expect(error.hint).toBe('it has: Labels, Status');
  });

  it('shows nothing of its prototype', () => {
    const text = '{{.constructor}} {{.__proto__}} {{.toString}} {{index . "constructor"}}';
    expect(run(text, { a: 1 }, { missingKey: 'zero' })).toBe('   ');
    expect(errorOf(() => run('{{.constructor "return 1"}}', {})).reason).toContain(
      'cannot be invoked',
    );
  });
});

describe('definitions', () => {
  const library = compile('{{define "greet"}}Hello {{.}}{{end}}', { name: 'lib.tmpl' });

  it('can come from other templates, and be replaced', () => {
    expect(run('{{template "greet" "you"}}', null, { include: [library] })).toBe('Hello you');
    expect(
      run('{{define "greet"}}Hi{{end}}{{template "greet"}}', null, { include: [library] }),
    ).toBe('Hi');
  });
});

describe('an error', () => {
  it.each([
    ['{{', 'template: test:1: unclosed action', 1, 1],
    ['a\n{{if true}}b', 'template: test:2: unexpected EOF', 2, 1],
    ['{{end}}', 'template: test:1: unexpected {{end}}', 1, 1],
    ['{{foo}}', 'template: test:1: function "foo" not defined', 1, 3],
    ['{{$x}}', 'template: test:1: undefined variable "$x"', 1, 3],
    ['{{ \u00a0 }}', 'template: test:1: unrecognized character in action: U+00A0', 1, 4],
    ['{{break}}', 'template: test:1: {{break}} outside {{range}}', 1, 1],
    ['{{"a}}', 'template: test:1: unterminated quoted string', 1, 3],
    ['{{(1}}', 'template: test:1: unclosed left paren', 1, 3],
    ['{{1)}}', 'template: test:1: unexpected right paren', 1, 4],
    ['{{if}}x{{end}}', 'template: test:1: missing value for if', 1, 5],
    ['{{1 | 2}}', 'template: test:1: non executable command in pipeline stage 2', 1, 7],
    ['{{nil}}', 'template: test:1: nil is not a command', 1, 3],
    ['{{/* a', 'template: test:1: unclosed comment', 1, 3],
    ['{{1a}}', 'template: test:1: bad number syntax: "1a"', 1, 3],
  ])('in %j is found when it is read, with its place', (text, message, line, column) => {
    const error = errorOf(() => compile(text, { name: 'test' }));
    expect(error).toMatchObject({ code: 'TEMPLATE_PARSE', message, line, column });
  });

  it('has the line and column of what failed', () => {
    const error = errorOf(() => run('one\ntwo é {{ index . 9 }}', []));
    expect(error).toMatchObject({
      code: 'TEMPLATE_EXECUTE',
      line: 2,
      column: 10,
      template: 'test',
    });
    expect(error.message).toBe(
      'template: test:2:10: executing "test" at <index . 9>: error calling index: index out of range: 9',
    );
  });

  it('in an included definition points into the text it was read from', () => {
    const library = compile('x\n{{define "t"}}{{len 5}}{{end}}', { name: 'lib' });
    const error = errorOf(() => run('{{template "t"}}', null, { include: [library] }));
    expect(error).toMatchObject({ template: 'lib', line: 2, column: 17 });
    expect(error.message).toBe(
      'template: lib:2:16: executing "t" at <len 5>: error calling len: len of type int',
    );
  });

  it('says how to compare an integer with a float', () => {
    expect(errorOf(() => run('{{gt . 5}}', 7)).hint).toContain('5.0');
  });
});

describe('no template can hang', () => {
  it.each([
    ['by its loops', '{{range 1000000000}}{{range 1000000000}}{{end}}{{end}}'],
    ['by calling itself', '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}'],
    ['by a text that doubles', '{{$x := "xxxxxxxx"}}{{range 60}}{{$x = print $x $x}}{{end}}'],
    ['by a wide number', '{{range 100}}{{printf "%999999d" 1}}{{end}}'],
    ['by its output', '{{range 100000}}xxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{end}}'],
  ])('%s', (_, text) => {
    expect(errorOf(() => run(text)).message).toMatch(/exceeded/);
  });

  it('by nesting deeper than the stack', () => {
    expect(() => compile('('.repeat(50_000))).not.toThrow();
    expect(
      errorOf(() => compile(`{{${'('.repeat(50_000)}1${')'.repeat(50_000)}}}`)).reason,
    ).toContain('nested');
    expect(errorOf(() => compile('{{if 1}}'.repeat(50_000))).reason).toContain('nested');
  });

  it('by a pattern that backtracks elsewhere', () => {
    const functions = prometheusFunctions();
    expect(run(`{{match "(a+)+$" .}}`, `${'a'.repeat(5000)}b`, { functions })).toBe('false');
  });
});

describe('for HTML', () => {
  it('escapes what is printed, and not what is safe', () => {
    const functions = { ...prometheusFunctions() };
    const options: CompileOptions = { autoescape: 'html', functions };
    expect(run('<b>{{.}}</b>{{safeHtml "<i>"}}{{html .}}', `<a href="x">'`, options)).toBe(
      '<b>&lt;a href=&#34;x&#34;&gt;&#39;</b><i>&lt;a href=&#34;x&#34;&gt;&#39;',
    );
    expect(run('{{.}}', new SafeText('<p>'), options)).toBe('<p>');
    expect(run('{{.Foo}}', null, options)).toBe('');
  });
});
