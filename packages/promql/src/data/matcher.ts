import { RE2JS } from 're2js';
import { executionError } from '../error.ts';
import type { Matcher } from '../syntax/ast.ts';
import { literalShape } from './literal-shape.ts';

type Test = (value: string) => boolean;

const compiled = new Map<string, Test>();
const MOST_COMPILED = 1_000;
/** Of one that needs an automaton; a list of plain values may be as long as the query. */
const LONGEST_REGEX = 50_000;

/**
 * Makes a test for a label's value (the empty string where the label is missing) out of a matcher.
 * Regular expressions are RE2: anchored at both ends, the dot matches newlines, time is linear.
 *
 * @throws PromQLError `execution` where the regular expression is malformed
 */
export function compileMatcher(matcher: Matcher): (value: string) => boolean {
  const { op, value } = matcher;
  if (op === '=') return (label) => label === value;
  if (op === '!=') return (label) => label !== value;
  const test = regexTest(value);
  return op === '=~' ? test : (label) => !test(label);
}

/** Compiles an RE2 expression as matchers use it: the whole text must match. */
function regexTest(pattern: string): Test {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const test = literalTest(pattern) ?? re2Test(pattern);
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  compiled.set(pattern, test);
  return test;
}

/** Shapes that need no automaton. */
function literalTest(pattern: string): Test | undefined {
  const shape = literalShape(pattern);
  switch (shape?.kind) {
    case 'any':
      return () => true;
    case 'some':
      return (value) => value !== '';
    case 'among': {
      if (shape.values.length === 1) return (value) => value === shape.values[0];
      const values = new Set(shape.values);
      return (value) => values.has(value);
    }
    case 'prefix': {
      const shortest = shape.text.length + (shape.goesOn ? 1 : 0);
      return (value) => value.length >= shortest && value.startsWith(shape.text);
    }
    case 'contains':
      return (value) => value.includes(shape.text);
    default:
      return undefined;
  }
}

function re2Test(pattern: string): Test {
  const regex = compileRegex(pattern);
  return (value) => regex.matches(value);
}

/** An RE2 expression with the dot matching newlines. */
function compileRegex(pattern: string): RE2JS {
  if (pattern.length > LONGEST_REGEX)
    throw executionError(
      `regular expression has ${pattern.length} characters, more than the limit of ${LONGEST_REGEX}`,
    );
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw executionError(reason);
  }
}
