import { formatLabels, type Labels, type Matcher } from '@bellwether/promql';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickHouses, type OpenedClickHouse } from '../../testing/clickhouses.ts';
import { migrate } from '../schema/migrate.ts';
import { Head } from './head.ts';
import { History } from './history.ts';
import { SampleBatch } from './sample-batch.ts';
import { seriesAmong } from './series-condition.ts';
import { seriesId } from './series-id.ts';

const now = Date.now() - 60_000;
/** Values that regular expressions are prone to be wrong about. */
const VALUES = [
  'caf',
  'café',
  'cafés',
  'CAFÉ',
  'prod',
  'prod日',
  'prod日本',
  'abc',
  'abcd',
  ']bcd',
  'abc😀',
  'abc😀😀',
  'abdc',
  'a\nb',
  'a.b',
  'a+b',
  'a|b',
  '(a)',
  "it's",
  'C:\\dir',
  'é',
  '日',
  'K',
  '\u212a',
  'k',
  '{v0:String}',
  '10.0.0.1',
  '10a0b0c1',
];
const SERIES: readonly Labels[] = [
  { __name__: 'm' },
  { __name__: 'mé' },
  { v: 'abc' },
  ...VALUES.map((v): Labels => ({ __name__: 'm', v })),
  ...VALUES.map((w, i): Labels => ({ __name__: 'm', v: VALUES[(7 * i + 3) % VALUES.length]!, w })),
];

const atom = fc.constantFrom(
  ...['a', 'b', 'c', 'd', 'f', 'é', '日', '😀', '.', '\\.', '\\n', 'prod', 'caf', 'abc', 'K'],
  ...['[a-c]', '[^a]', '[]a]', '[é日]', '[[:alpha:]]', '\\w', '\\W', '\\d', '\\pL', '\\x{65e5}'],
  ...['\\Qa.b\\E', '\\Q\\E', '\\Q|\\E', '\\|', '\\(', '\\)', '\\\\', "'", '\\b', '^', '$'],
);
const times = fc.constantFrom('', '', '', '?', '*', '+', '{0,2}', '{1}', '{2,}', '??', '*?');
const { pattern } = fc.letrec<{ pattern: string; sequence: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { withCrossShrink: true },
    { weight: 5, arbitrary: fc.tuple(atom, times).map((parts) => parts.join('')) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('(', '(?:', '(?i:', '(?U:', '(?-s:', '(?m:'), tie('pattern'), times)
        .map(([open, inner, repeated]) => `${open}${inner})${repeated}`),
    },
  ),
  sequence: fc.array(tie('piece'), { maxLength: 5 }).map((all) => all.join('')),
  pattern: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(...VALUES.map((value) => value.replace(/[\\.+*?()|[\]{}]/g, '\\$&')), '', '.*'),
    tie('sequence'),
    tie('sequence').map((inner) => `(?i)${inner}`),
    tie('sequence').map((inner) => `.*${inner}.*`),
    tie('sequence').map((inner) => `${inner}.+`),
    fc.tuple(tie('sequence'), tie('sequence')).map((both) => both.join('|')),
  ),
}));
const matcher: fc.Arbitrary<Matcher> = fc.record({
  name: fc.constantFrom('v', 'v', 'w', 'missing', '__name__'),
  op: fc.constantFrom<Matcher['op']>('=~', '=~', '=~', '!~', '=', '!='),
  value: pattern,
});

const head = new Head(now - 1000);
for (const labels of SERIES) head.append(head.get(head.ref(labels))!, now, 1);

/** The head's answer; undefined where the expression is none. */
function inHead(matchers: readonly Matcher[]): string[] | undefined {
  try {
    return head.extents(matchers, now, now).map(textOf).sort();
  } catch {
    return undefined;
  }
}
const textOf = ({ labels }: { readonly labels: Labels }): string => formatLabels(labels);

describe.each(clickHouses)('matchers over $name ClickHouse', ({ name, open }) => {
  let opened: OpenedClickHouse;
  let history: History;
  beforeAll(async () => {
    opened = await open();
    await migrate(opened.client, { retentionMs: 30 * 86_400_000 });
    history = new History(opened.client);
    const samples = new SampleBatch();
    const series = SERIES.map((labels) => ({ id: seriesId(labels), labels }));
    for (const { id } of series) samples.add(id, now, 1);
    await history.write({ series, samples: [samples] });
  });
  afterAll(() => opened.remove());

  const inHistory = async (matchers: readonly Matcher[]): Promise<string[]> =>
    (await history.extents(matchers, now, now)).map(textOf).sort();

  // What Go's regexp says of ^(?s:pattern)$.
  it.each([
    ['café?', ['caf', 'café']],
    ['prod日*', ['prod', 'prod日']],
    ['[]a]bcd', [']bcd', 'abcd']],
    ['abd\\Q\\E*c', ['abdc']],
    ['abc😀{0,2}', ['abc', 'abc😀', 'abc😀😀']],
    ['a.b', ['a\nb', 'a+b', 'a.b', 'a|b']],
    ['(?i)k', ['K', 'k', '\u212a']],
    ['10\\.0\\.0\\.1|C:\\\\dir', ['10.0.0.1', 'C:\\dir']],
  ])('find for %s what the expression means', async (value, values) => {
    const matchers: Matcher[] = [
      { name: 'v', op: '=~', value },
      { name: 'w', op: '=', value: '' },
    ];
    const found = await history.labelValues('v', matchers, now, now);
    expect(found.sort()).toEqual([...values].sort());
  });

  it('find the same series as in memory, whatever they are', async () => {
    // The SQL is the same over both; over HTTP the texts take another way.
    const [numRuns, least] = name === 'the embedded' ? [1300, 1000] : [150, 100];
    const questions = fc
      .sample(fc.array(matcher, { minLength: 1, maxLength: 3 }), { numRuns, seed: 20261128 })
      .map((matchers) => ({ matchers, expected: inHead(matchers) }))
      .filter(({ expected }) => expected !== undefined);
    expect(questions.length).toBeGreaterThan(least);
    for (const { matchers, expected } of questions)
      expect({ matchers, found: await inHistory(matchers) }).toEqual({ matchers, found: expected });
  });

  it('may be answered by a very long list of values and of series', async () => {
    const many = Array.from(
      { length: 30_000 },
      (_, i): Labels => ({ __name__: 'many', v: `${i}é` }),
    );
    const samples = new SampleBatch();
    const series = many.map((labels) => ({ id: seriesId(labels), labels }));
    for (const { id } of series) samples.add(id, now, 1);
    await history.write({ series, samples: [samples] });
    const matchers: Matcher[] = [
      { name: '__name__', op: '=', value: 'many' },
      { name: 'v', op: '=~', value: '\\d+é?' },
    ];
    expect(await history.read(matchers, now, now)).toHaveLength(30_000);
    expect(await history.labelValues('v', matchers, now, now)).toHaveLength(30_000);
    const among = seriesAmong(series.map(({ id }) => id));
    expect(await history.readWhere(among, now, now)).toHaveLength(30_000);
  });
});
