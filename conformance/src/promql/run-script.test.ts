import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { suitesFolder } from '../suites-folder.ts';
import { runScript } from './run-script.ts';

const SUITE = join(suitesFolder(), 'promql');

async function failures(script: string): Promise<number[]> {
  const results = await runScript(script);
  return results.filter((one) => one.failure !== undefined).map((one) => one.line);
}

const DATA = `load 1m
  metric{l="a"} 1+1x5
  metric{l="b"} 10 _ 30 stale

`;

describe('the script runner', () => {
  it('passes what is right', async () => {
    const script = `${DATA}eval instant at 2m metric
  metric{l="a"} 3
  metric{l="b"} 30

eval range from 0 to 3m step 1m sum(metric)
  {} 11 12 33 4

eval instant at 0 1 + 1
  2

eval instant at 0 "a" 
  expect string "a"
`;
    expect(await failures(script)).toEqual([]);
  });

  it.each([
    ['a value that is off', 'metric{l="a"}\n  metric{l="a"} 3.1'],
    ['a series too many', 'metric\n  metric{l="a"} 3'],
    ['a series that is missing', 'metric{l="a"}\n  metric{l="a"} 3\n  metric{l="c"} 3'],
    ['an error that was expected', 'metric\n  expect fail\n'],
    ['an error that was not', 'metric * on () metric\n  metric{l="a"} 3'],
    ['another error message', 'metric * on () metric\n  expect fail msg: something else'],
    ['a warning that was expected', 'metric{l="a"}\n  expect warn\n  metric{l="a"} 3'],
    ['an order that was expected', 'sort(metric)\n  expect ordered\n  {l="b"} 30\n  {l="a"} 3'],
    ['a directive it does not know', 'metric\n  expect nothing\n'],
    ['an expected line it cannot read', 'metric\n  metric{ 3'],
  ])('fails on %s', async (_, body) => {
    expect(await failures(`${DATA}eval instant at 2m ${body}\n`)).toHaveLength(1);
  });

  it('fails on a command it does not know', async () => {
    expect(await failures('evaluate 1\n')).toHaveLength(1);
    expect(await failures('store 1m\n  a 1\n')).toHaveLength(2);
  });

  it('fails on a query that is right by itself, but not when it is pinned', async () => {
    // At other evaluation times a pinned query has to give the same; time() does not count.
    const script = `${DATA}eval instant at 2m metric{l="a"} @ end()\n  metric{l="a"} 3\n`;
    expect(await failures(script)).toHaveLength(1);
  });
});

describe.skipIf(!existsSync(SUITE))('a copy of a script with altered values', () => {
  it.each(['operators.test', 'native_histograms.test', 'functions.test'])(
    '%s fails in exactly the altered cases',
    async (name) => {
      const lines = (await readFile(join(SUITE, name), 'utf8')).split('\n');
      const altered: number[] = [];
      let evalLine = 0;
      let count = 0;
      lines.forEach((line, i) => {
        if (/^\s*(eval|load|clear)/.test(line)) evalLine = /^\s*eval/.test(line) ? i + 1 : 0;
        // The first plain number expected of every fifth case becomes another one.
        const value = /^(\s+(?:\{[^{].*\}|\{\}|[a-z_]+)\s+)(-?\d+(?:\.\d+)?)\s*$/.exec(line);
        if (evalLine === 0 || value === null || altered.includes(evalLine)) return;
        if (count++ % 5 !== 0) return;
        lines[i] = `${value[1]}${Number(value[2]) * 1.01 + 1}`;
        altered.push(evalLine);
      });
      expect(altered.length).toBeGreaterThan(2);
      expect(await failures(lines.join('\n'))).toEqual(altered);
    },
  );
});
