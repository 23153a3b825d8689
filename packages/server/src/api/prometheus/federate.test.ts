import { parseTextFormat } from '@bellwether/formats';
import { histogram } from '@bellwether/promql';
import { describe, expect, it } from 'vitest';
import { expositionOf } from './federate.ts';

async function textOf(...asked: Parameters<typeof expositionOf>): Promise<string> {
  let text = '';
  for await (const piece of expositionOf(...asked)) text += piece;
  return text;
}

const at = 1_700_000_000_123;

describe('federated samples', () => {
  it('stand sorted under the type of their name, with external labels where they have none', async () => {
    const samples = [
      { labels: { __name__: 'b', zone: 'own' }, at, value: 1 },
      { labels: { __name__: 'a', x: '2' }, at, value: 1e6 },
      { labels: { __name__: 'a', x: '1', instance: 'i' }, at, value: Number.NaN },
      { labels: { x: 'nameless' }, at, value: 1 },
    ];
    expect(await textOf(samples, { zone: 'z', cluster: 'c' })).toBe(
      `# TYPE a untyped
a{instance="i",x="1",cluster="c",zone="z"} NaN ${at}
a{x="2",cluster="c",instance="",zone="z"} 1e+06 ${at}
# TYPE b untyped
b{zone="own",cluster="c",instance=""} 1 ${at}
`,
    );
  });

  it('leave out native histograms', async () => {
    const native = histogram({ count: 1, sum: 1 });
    const labels = { __name__: 'native' };
    expect(await textOf([{ labels, at, value: Number.NaN, histogram: native }], {})).toBe('');
  });

  it('can be read by whoever scrapes them, whatever their names and values are', async () => {
    const labels = { __name__: '2 my.metric', 'my.label': 'a "b" \\ \n ü' };
    const text = await textOf([{ labels, at, value: -Infinity }], {});
    expect(text).toContain('__my_metric{my_label=');
    expect(parseTextFormat(text, () => false)).toMatchObject({ values: [-Infinity], times: [at] });
  });

  it('are written in pieces where there are many', async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => ({
      labels: { __name__: 'up', instance: `node-${i}` },
      at,
      value: 1,
    }));
    let pieces = 0;
    let lines = 0;
    for await (const piece of expositionOf(many, {})) {
      pieces++;
      lines += piece.split('\n').length - 1;
    }
    expect(pieces).toBeGreaterThan(1);
    expect(lines).toBe(5_001);
  });
});
