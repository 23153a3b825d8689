import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
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

/** The examples of the README as one program. */
async function examples(): Promise<{ code: string; shows: string[] }> {
  const text = await readFile(`${root}README.md`, 'utf8');
  const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
  const shows = blocks.flatMap((code) =>
    [...code.matchAll(/console\.log\([^\n]*\); \/\/ (.*)$/gm)].map(([, shown]) => shown!),
  );
  const all = blocks.join('\n');
  const names = [...all.matchAll(/import \{([^}]*)\} from '@bellwether\/formats';/g)];
  const imports = new Set(names.flatMap(([, list]) => list!.split(',').map((one) => one.trim())));
  const body = all.replace(/import \{[^}]*\} from '@bellwether\/formats';\n/g, '');
  // Each example stands for itself.
  const scopes = blocks.length > 0 ? body.split(/\n(?=const bytes|const resources)/) : [];
  return {
    code: `import { ${[...imports].filter((one) => one !== '').join(', ')} } from './src/index.ts';\n${scopes
      .map((scope) => `{\n${scope}\n}`)
      .join('\n')}`,
    shows,
  };
}

/** Runs a bundle as a page would, without what only Node has, and gives what it printed. */
async function runWithoutNode(code: string): Promise<string[]> {
  const printed: string[] = [];
  const { inspect } = await import('node:util');
  const console = {
    log: (...parts: unknown[]) =>
      printed.push(
        parts
          .map((part) => (typeof part === 'string' ? part : inspect(part, { breakLength: 999 })))
          .join(' '),
      ),
  };
  const run = new Function('console', 'globalThis', 'Buffer', 'process', code);
  run(console, { ...globalThis, Buffer: undefined }, undefined, undefined);
  return printed;
}

describe('the package', () => {
  it('exports these names, and a new one is a decision', () => {
    expect(Object.keys(publicNames).sort()).toMatchInlineSnapshot(`
      [
        "COARSEST_SCHEMA",
        "CONTENT_TYPES",
        "CustomBuckets",
        "DEFAULT_EVENT_LIMITS",
        "DEFAULT_OTLP_SETTINGS",
        "DEFAULT_RECEIVE_LIMITS",
        "DeltaStreams",
        "EventProblem",
        "ExpositionError",
        "FEEDBACK_FIELDS",
        "FEEDBACK_SAYS",
        "FINEST_SCHEMA",
        "Generations",
        "LABEL_LIMITS",
        "LabelCache",
        "MOST_COUNT",
        "NAME_LENGTH",
        "PREDICTION_FIELDS",
        "RecentCache",
        "RequestError",
        "STATUS_CODES",
        "SymbolCache",
        "checkFeedback",
        "checkPrediction",
        "decodeUtf8",
        "encodeFamilies",
        "encodeV1",
        "encodeV2",
        "exportResponse",
        "hasDeltas",
        "isLongerThan",
        "openMetricsSteps",
        "ownText",
        "parseOpenMetrics",
        "parseProtobuf",
        "parseSeriesText",
        "parseTextFormat",
        "parseTime",
        "protobufSteps",
        "readEvents",
        "readJson",
        "readProtobuf",
        "readWriteRequestV1",
        "readWriteRequestV2",
        "sharedLabels",
        "status",
        "textFormatSteps",
        "toEnd",
        "translate",
        "withoutEmpty",
        "writeRequestV1Steps",
        "writeRequestV2Steps",
      ]
    `);
  });

  it('bundles for a browser, and its README is right there', async () => {
    const { code, shows } = await examples();
    expect(shows.length).toBeGreaterThan(4);
    const bundled = await bundle({
      stdin: { contents: code, resolveDir: root, loader: 'ts' },
      tsconfigRaw: {},
    });
    expect(bundled).not.toMatch(/\bfrom "node:|require\("/);
    expect(await runWithoutNode(bundled)).toEqual(shows);
  });
});
