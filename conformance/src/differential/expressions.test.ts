import { FUNCTIONS, parse, typeOf, walk } from '@bellwether/promql';
import { describe, expect, it } from 'vitest';
import { Expressions } from './expressions.ts';
import { Random } from './random.ts';

const some = (seed: number): string => new Expressions(new Random(seed), [1.5, 2.5]).next();

describe('random expressions', () => {
  it('are right by type, and vectors or scalars', () => {
    for (let seed = 0; seed < 2_000; seed++) {
      const text = some(seed);
      expect(['vector', 'scalar'], text).toContain(typeOf(parse(text)));
    }
  });

  it('are the same for the same seed', () => {
    expect([1, 2, 3].map(some)).toEqual([1, 2, 3].map(some));
    expect(new Set(Array.from({ length: 200 }, (_, seed) => some(seed))).size).toBeGreaterThan(190);
  });

  it('use nearly every function that Prometheus 2.42 and 3 share', () => {
    const used = new Set<string>();
    for (let seed = 0; seed < 5_000; seed++)
      walk(parse(some(seed)), (node) => {
        if (node.kind === 'call') used.add(node.func);
      });
    const stable = [...FUNCTIONS].filter(([, { experimental }]) => experimental !== true);
    const unused = stable.map(([name]) => name).filter((name) => !used.has(name));
    // Of native histograms, which are not in the data; and the rest of trigonometry.
    for (const name of unused)
      expect(name).toMatch(/^histogram_|^a?(?:cos|sin|tan)h?$|^start_timestamp$/);
  });
});
