import type { Engine, SeriesSource } from '@bellwether/promql';
import type { QueryFunc } from './query.ts';

/** A QueryFunc that asks an engine over a source. */
export function engineQuery(engine: Engine, source: SeriesSource): QueryFunc {
  return async (expr, at) => {
    const { value } = await engine.instant(source, expr, at);
    if (value.type === 'vector') return value.samples;
    if (value.type === 'scalar') return [{ labels: {}, value: value.value }];
    throw new Error('rule result is not a vector or scalar');
  };
}
