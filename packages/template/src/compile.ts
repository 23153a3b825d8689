import { builtins } from './builtins.ts';
import { execute } from './execute.ts';
import { type Definition, ExecutionError } from './execution-error.ts';
import type { Functions } from './functions.ts';
import { SourceError } from './lex.ts';
import { parse } from './parse.ts';
import type { Limits } from './scope.ts';
import { positionOf, TemplateError } from './template-error.ts';
import { utf8Bytes } from './utf8.ts';

export interface CompileOptions {
  /** Name in messages. */
  readonly name?: string;
  /** Functions beside Go's own; one of the same name takes the place of Go's. */
  readonly functions?: Functions;
  /** Names of the variables, without `$`, that every execution will bring. */
  readonly variables?: readonly string[];
  /**
   * What a map gives for a key it does not have: `<no value>`, the empty text (Prometheus' and
   * Alertmanager's choice for maps of texts), or an error.
   */
  readonly missingKey?: 'default' | 'zero' | 'error';
  /** Templates whose definitions this one may call; later ones win over earlier ones. */
  readonly include?: readonly Template[];
  /** `html` escapes whatever an action prints, unless it is {@link SafeText}. */
  readonly autoescape?: 'html';
  readonly limits?: Partial<Limits>;
}

export interface ExecuteOptions {
  /** Values of the variables named at compilation. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Functions for this execution only, in place of those of the same name. */
  readonly functions?: Functions;
}

/** A parsed template: parse once, execute as often as needed. It holds no state of executions. */
export interface Template {
  readonly name: string;
  readonly definitions: ReadonlyMap<string, Definition>;
  /**
   * The output for the data.
   * @throws TemplateError
   */
  execute(data: unknown, options?: ExecuteOptions): string;
}

const defaultLimits: Limits = { steps: 200_000, output: 1_048_576, depth: 100 };

/**
 * Parses a template of Go's text/template language.
 *
 * @example compile('{{ .name | printf "%q" }}').execute({ name: 'x' }) === '"x"'
 * @throws TemplateError with line, column and, where we know one, a remedy
 */
export function compile(text: string, options: CompileOptions = {}): Template {
  const name = options.name ?? '';
  const functions: Functions = { ...builtins, ...options.functions };
  const parsed = guardParse(text, name, () =>
    parse(text, {
      hasFunction: (fn) => fn === 'and' || fn === 'or' || Object.hasOwn(functions, fn),
      variables: (options.variables ?? []).map((variable) => `$${variable}`),
    }),
  );
  const definitions = new Map<string, Definition>();
  for (const included of options.include ?? []) {
    for (const [key, definition] of included.definitions) definitions.set(key, definition);
  }
  for (const [key, nodes] of parsed.definitions) definitions.set(key, { nodes, file: name, text });
  const limits = { ...defaultLimits, ...options.limits };
  const unset = Object.fromEntries(
    (options.variables ?? []).map((variable) => [variable, undefined]),
  );

  return {
    name,
    definitions,
    execute: (data, execution = {}) =>
      guardExecution(text, name, () =>
        execute(parsed.body, data, {
          definitions,
          functions: execution.functions ? [execution.functions, functions] : [functions],
          variables: { ...unset, ...execution.variables },
          missingKey: options.missingKey ?? 'default',
          autoescape: options.autoescape === 'html',
          limits,
        }),
      ),
  };
}

function guardParse<T>(text: string, name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { line, column } = positionOf(text, error.offset);
    throw new TemplateError(`template: ${name}:${line}: ${error.message}`, {
      phase: 'parse',
      template: name,
      line,
      column,
      reason: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

function guardExecution(ownText: string, ownName: string, run: () => string): string {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    const text = error.definition?.source.text ?? ownText;
    const file = error.definition?.source.file ?? ownName;
    const { line, column } = positionOf(text, error.place.start);
    const lineStart = text.lastIndexOf('\n', error.place.start - 1) + 1;
    // Go counts bytes from 0 here, though lines from 1; people compare our messages with Go's.
    const goColumn = utf8Bytes(text.slice(lineStart, error.place.start)).length;
    const shown = text.slice(error.place.start, error.place.end);
    const executing = error.definition?.name ?? ownName;
    throw new TemplateError(
      `template: ${file}:${line}:${goColumn}: executing "${executing}" at <${shown}>: ${error.message}`,
      {
        phase: 'execute',
        template: file,
        line,
        column,
        reason: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        cause: error.cause ?? error,
      },
    );
  }
}
