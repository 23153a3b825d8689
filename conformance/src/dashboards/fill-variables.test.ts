import { parse } from '@bellwether/promql';
import { describe, expect, it } from 'vitest';
import { fillVariables } from './fill-variables.ts';

describe('the variables of a dashboard', () => {
  it.each([
    ['rate(sold_total[$__rate_interval])', 'rate(sold_total[4m])'],
    ['max_over_time(heat[$__range:$__interval])', 'max_over_time(heat[1h:1m])'],
    [
      `sold_total{shop=~"$shop", item="a-\${item:regex}"}`,
      'sold_total{shop=~"shop", item="a-item"}',
    ],
    [
      'sold_total{shop=\'[[shop]]\', item=~"it\\"s $item"}',
      'sold_total{shop=\'shop\', item=~"it\\"s item"}',
    ],
    [
      'topk($most, sum by ($group, item) (sold_total))',
      'topk(1, sum by (group, item) (sold_total))',
    ],
    ['rate($metric{shop="a"}[$window] offset $ago)', 'rate(metric{shop="a"}[5m] offset 5m)'],
    [`sold_\${kind}_total > $__interval_ms / [[limit]]`, 'sold_kind_total > 60000 / 1'],
  ])('%s becomes %s, which can be read', (text, filled) => {
    expect(fillVariables(text)).toBe(filled);
    expect(() => parse(filled)).not.toThrow();
  });
});
