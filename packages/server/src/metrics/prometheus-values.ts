import type { MatrixSeries, Value, VectorSample } from '@bellwether/promql';
import type { z } from 'zod';
import { histogramOf } from './prometheus-histogram.ts';
import type { queryDataSchema } from './prometheus-schemas.ts';

/** The result of a query over Prometheus' HTTP API as the value our own engine would give. */
export function valueOfData(data: z.output<typeof queryDataSchema>): Value {
  switch (data.resultType) {
    case 'scalar':
      return { type: 'scalar', at: data.result[0], value: data.result[1] };
    case 'string':
      return { type: 'string', at: data.result[0], value: data.result[1] };
    case 'vector':
      return {
        type: 'vector',
        samples: data.result.map(
          ({ metric, value, histogram }): VectorSample =>
            histogram === undefined
              ? { labels: metric, at: value![0], value: value![1] }
              : {
                  labels: metric,
                  at: histogram[0],
                  value: Number.NaN,
                  histogram: histogramOf(histogram[1]),
                },
        ),
      };
    case 'matrix':
      return { type: 'matrix', series: data.result.map(matrixSeries) };
  }
}

type MatrixRow = Extract<
  z.output<typeof queryDataSchema>,
  { resultType: 'matrix' }
>['result'][number];

function matrixSeries({ metric, values = [], histograms = [] }: MatrixRow): MatrixSeries {
  if (histograms.length === 0)
    return {
      labels: metric,
      times: Float64Array.from(values, ([at]) => at),
      values: Float64Array.from(values, ([, value]) => value),
    };
  const all = [
    ...values.map(([at, value]) => ({ at, value, histogram: undefined })),
    ...histograms.map(([at, json]) => ({ at, value: Number.NaN, histogram: histogramOf(json) })),
  ].sort((a, b) => a.at - b.at);
  return {
    labels: metric,
    times: Float64Array.from(all, ({ at }) => at),
    values: Float64Array.from(all, ({ value }) => value),
    histograms: all.map(({ histogram }) => histogram),
  };
}
