import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as publicNames from '../src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundles for a browser: an import of anything of Node's is an error there. */
async function bundle(options: BuildOptions): Promise<string> {
  const result = await build({
    ...options,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['bellwether:source'],
    logLevel: 'silent',
  });
  return result.outputFiles![0]!.text;
}

describe('the package', () => {
  it('exports these names, and a new one is a decision', () => {
    expect(Object.keys(publicNames).sort()).toEqual([
      'ALL_LANGUAGE_FEATURES',
      'CUSTOM_SCHEMA',
      'DEFAULT_LIMITS',
      'Engine',
      'FUNCTIONS',
      'PromQLError',
      'Slices',
      'TIME_DEPENDENT_FUNCTIONS',
      'addHistograms',
      'arraySource',
      'bucketsFromSpans',
      'compactHistogram',
      'compareLabels',
      'compileMatcher',
      'detectHistogramReset',
      'expansion',
      'format',
      'formatDuration',
      'formatHistogram',
      'formatLabels',
      'formatSample',
      'formatShort',
      'formatValue',
      'histogram',
      'histogramToJson',
      'labelOf',
      'labelsKey',
      'literalPrefix',
      'literalShape',
      'matchSeries',
      'parse',
      'parseDuration',
      'parseNumber',
      'quote',
      'setLabel',
      'sorted',
      'sortedByLabels',
      'subtractHistograms',
      'toSchema',
      'tooManySamples',
      'typeOf',
      'unquote',
      'valueToJson',
      'walk',
    ]);
  });

  it('bundles for a browser and works there', async () => {
    const code = await bundle({ entryPoints: [`${root}/src/index.ts`], minify: true });
    expect(code).not.toMatch(/from\s*["']/);
    expect(code).not.toMatch(/\bprocess\b|\brequire\(/);
    // Half of it is RE2.
    expect(code.length).toBeLessThan(400_000);
  });

  it('does in its README what the README says', async () => {
    const readme = await readFile(`${root}/README.md`, 'utf8');
    const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);
    expect(examples.length).toBeGreaterThan(4);
    for (const example of examples) {
      const promised = [...example.matchAll(/^\/\/ (.*)$/gm)].map((match) => match[1]);
      const code = await bundle({
        stdin: { contents: example, loader: 'ts', resolveDir: root },
        alias: { '@bellwether/promql': `${root}/src/index.ts` },
      });
      expect(await printedBy(code)).toEqual(promised);
    }
  });
});

/** What a module prints on the console when it is run. */
async function printedBy(code: string): Promise<string[]> {
  const lines: string[] = [];
  const log = (...values: unknown[]): void => {
    lines.push(values.map((one) => (typeof one === 'string' ? one : inspect(one))).join(' '));
  };
  // The module runs in a scope where the console is ours.
  const run = new Function('console', `return (async () => {${code}})();`);
  await run({ log });
  return lines;
}
