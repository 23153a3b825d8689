import {
  CUSTOM_SCHEMA,
  type FloatHistogram,
  histogram,
  type Labels,
  parseNumber,
} from '@bellwether/promql';
import type { LoadCommand } from './script.ts';

interface Classic {
  readonly labels: Labels;
  readonly at: Map<number, { buckets: Map<number, number>; count?: number; sum?: number }>;
}

/** The classic histograms among loaded series as native ones with custom buckets (`load_with_nhcb`). */
export function customBucketSeries(
  command: LoadCommand,
): { labels: Labels; histograms: [number, FloatHistogram][] }[] {
  const found = new Map<string, Classic>();
  for (const line of command.series) {
    const name = line.labels['__name__'] ?? '';
    const suffix = /_(bucket|count|sum)$/.exec(name);
    if (suffix === null) continue;
    const upper = parseNumber(line.labels['le'] ?? '');
    if (suffix[1] === 'bucket' && (upper === undefined || Number.isNaN(upper))) continue;
    const { le: _, ...rest } = line.labels;
    const labels = { ...rest, __name__: name.slice(0, suffix.index) };
    const classic = classicOf(found, labels);
    line.places.forEach((place, i) => {
      if (place.kind !== 'float') return;
      const time = i * command.gapMs;
      const one = classic.at.get(time) ?? { buckets: new Map<number, number>() };
      if (suffix[1] === 'bucket') one.buckets.set(upper!, place.value);
      else if (suffix[1] === 'count') one.count = place.value;
      else one.sum = place.value;
      classic.at.set(time, one);
    });
  }
  return [...found.values()].map(({ labels, at }) => ({
    labels,
    histograms: [...at].map(([time, one]) => [time, convert(one)]),
  }));
}

function classicOf(found: Map<string, Classic>, labels: Labels): Classic {
  const key = JSON.stringify(Object.entries(labels).sort());
  let classic = found.get(key);
  if (classic === undefined) {
    classic = { labels, at: new Map() };
    found.set(key, classic);
  }
  return classic;
}

function convert(classic: {
  buckets: Map<number, number>;
  count?: number;
  sum?: number;
}): FloatHistogram {
  const ascending = [...classic.buckets].sort(([a], [b]) => (a < b ? -1 : 1));
  const total = classic.count ?? ascending.at(-1)?.[1] ?? 0;
  const bounds = ascending.map(([bound]) => bound).filter(Number.isFinite);
  const indices: number[] = [];
  const counts: number[] = [];
  let below = 0;
  for (let i = 0; i <= bounds.length; i++) {
    const cumulative = i < bounds.length ? classic.buckets.get(bounds[i]!)! : total;
    if (cumulative !== below) {
      indices.push(i);
      counts.push(cumulative - below);
    }
    below = cumulative;
  }
  return histogram({
    schema: CUSTOM_SCHEMA,
    count: total,
    sum: classic.sum ?? 0,
    customValues: bounds,
    positive: { indices, counts },
  });
}
