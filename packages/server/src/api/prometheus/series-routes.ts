import type { MetricSource } from '../../metrics/source.ts';
import { limited, success } from './answer.ts';
import { ApiError } from './errors.ts';
import type { Router } from './router.ts';

/** What series, labels and values there are, and what is said of metrics. */
export function seriesRoutes(
  { get, getOrPost }: Router,
  { source, clock }: { readonly source: MetricSource; readonly clock: () => number },
): void {
  getOrPost('/series', async ({ params, signal }) => {
    const match = params.matchers();
    if (match.length === 0) throw new ApiError('bad_data', 'no match[] parameter provided');
    const limit = params.limit();
    const range = params.timeRange(clock());
    return limited(await source.series(match, range, signal), limit);
  });

  getOrPost('/labels', async ({ params, signal }) => {
    const limit = params.limit();
    const range = params.timeRange(clock());
    return limited(await source.labels(params.matchers(), range, signal), limit);
  });

  get('/label/:name/values', async ({ params, signal, request }) => {
    const name = labelName((request.params as { name: string }).name);
    const limit = params.limit();
    const range = params.timeRange(clock());
    return limited(await source.labelValues(name, params.matchers(), range, signal), limit);
  });

  get('/metadata', async ({ params }) => {
    const limit = params.count('limit');
    const each =
      params.text('limit_per_metric') === '0' ? Infinity : params.count('limit_per_metric');
    const all = await source.metadata(params.text('metric'));
    const shown = [...all].slice(0, limit);
    return success(new Map(shown.map(([name, about]) => [name, about.slice(0, each)])));
  });
}

/**
 * A label name of an address. `U__` is how clients send one that is more than letters, digits and `_`: each other
 * character stands as its code point, `_2e_` for a dot, and `__` for a `_`.
 * Source: prometheus/common, model.UnescapeName, ValueEncodingEscaping.
 */
function labelName(text: string): string {
  if (!text.startsWith('U__')) return text;
  return text.slice(3).replace(/__|_([0-9a-fA-F]{1,6})_/g, (all, hex: string | undefined) => {
    if (hex === undefined) return '_';
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
