import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const PACKAGES = join(import.meta.dirname, '../..');

/**
 * Objects that are asked by a key which is not written there, though only by keys of their own: from a closed set, from
 * themselves, or checked before. Whoever adds one says by which of these.
 */
const ASKED_BY_KNOWN_KEYS: ReadonlySet<string> = new Set([
  // Where labels are set.
  'promql/src/data/labels.ts labels[name]',
  // Words that the language itself has, found by the lexer.
  'promql/src/syntax/parser.ts PRECEDENCE[cursor.token.word]',
  // A single character: no member of an object is called like that.
  'promql/src/text/quote.ts SIMPLE[letter]',
  'server/src/store/exemplars/exemplar-line.ts ESCAPES[c]',
  'template/src/constants.ts simpleEscapes[simple]',
  'template/src/escape.ts entities[char]',
  'template/src/escape.ts scriptEscapes[char]',
  'template/src/letter-case.ts digraphs[rune]',
  'template/src/lex.ts symbols[char]',
  'template/src/print-integer.ts radixes[verb]',
  'template/src/quote.ts named[char]',
  // A column that only we write.
  'server/src/store/metrics/histogram-text.ts ODD[value]',
  // Keys of a closed set: of a schema, of a table of ours, of ClickHouse's numbers, of `typeof`.
  'formats/src/events/check.ts event[key]',
  'formats/src/events/check.ts MISSING[name]',
  'formats/src/events/check.ts NUMBERS[typeof value]',
  'server/src/collect/relabel/schema.ts IGNORED[config.action]',
  'server/src/collect/relabel/schema.ts DEFAULTS[key]',
  'server/src/outbound/tls-agents.ts VERSIONS[tls.min_version]',
  'server/src/outbound/tls-agents.ts VERSIONS[tls.max_version]',
  "server/src/store/read-budget.ts SPENT[clickHouseCode(error) ?? '']",
  "server/src/store/trouble/refusal.ts CODES[clickHouseCode(e) ?? '']",
  // The place in a list of another variable of that name.
  'server/src/metrics/embedded.ts times[i]',
]);

/**
 * An object of JavaScript has `constructor`, `toString` and `__proto__` before anybody gave it a key. So where keys come
 * from outside, there is a Map, `setLabel` and `labelOf`, or `Object.hasOwn` beside it; found here is what has none of these.
 */
it('no plain object is asked or given a key that somebody else chose', () => {
  const found = sources().flatMap(({ file, text }) => uncheckedKeys(file, text));
  expect(found.filter((one) => !ASKED_BY_KNOWN_KEYS.has(one))).toEqual([]);
  expect([...ASKED_BY_KNOWN_KEYS].filter((one) => !found.includes(one))).toEqual([]);
});

function sources(): { file: string; text: string }[] {
  return readdirSync(PACKAGES, { withFileTypes: true }).flatMap(({ name }) => {
    const folder = join(PACKAGES, name, 'src');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|(^|\/)testing\//.test(path))
      .map((path) => join(folder, path))
      .map((path) => ({ file: relative(PACKAGES, path), text: readFileSync(path, 'utf8') }));
  });
}

/** Like `server/src/x.ts TABLE[name]`, each once. */
function uncheckedKeys(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const plain = plainObjects(source);
  const found = new Set<string>();
  visit(source);
  return [...found];

  function visit(node: ts.Node): void {
    if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const { expression: object, argumentExpression: key } = node;
      const isKnown = isWritten(key) || isOwnKey(node, object.text, key);
      if (plain.has(object.text) && !isKnown) found.add(`${file} ${object.text}[${key.getText()}]`);
    }
    ts.forEachChild(node, visit);
  }
}

/** A key that stands there, or begins or ends with letters of ours. */
function isWritten(key: ts.Expression): boolean {
  if (!ts.isTemplateExpression(key)) return ts.isStringLiteral(key) || ts.isNumericLiteral(key);
  return [key.head, ...key.templateSpans.map(({ literal }) => literal)].some(({ text }) =>
    /\w/.test(text),
  );
}

/** Names of variables and parameters that are objects by their initializer or their type. */
function plainObjects(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if ((ts.isVariableDeclaration(node) || ts.isParameter(node)) && ts.isIdentifier(node.name)) {
      const type = node.type?.getText() ?? '';
      const isTyped = /^(Readonly<)?Record<string,|^(Meta)?Labels$|^Json$/.test(type);
      const made = node.initializer;
      const isLiteral =
        made !== undefined &&
        ts.isObjectLiteralExpression(made) &&
        !/Record<(?!string\b)/.test(type);
      if (isTyped || isLiteral) names.add(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** Whether a key was taken from the object, or is looked for in it, in the function around. */
function isOwnKey(at: ts.Node, object: string, key: ts.Expression): boolean {
  const name = key.getText();
  for (let node = at; node !== undefined; node = node.parent) {
    const text = node.getText();
    if (text.includes(`Object.hasOwn(${object}, ${name})`)) return true;
    if (text.includes(`for (const ${name} in ${object})`)) return true;
    if (text.includes(`Object.keys(${object})`)) return true;
    if (ts.isFunctionLike(node) && ts.isSourceFile(node.parent)) return false;
  }
  return false;
}
