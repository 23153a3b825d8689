import { parseSeriesText, parseTextFormat } from '@bellwether/formats';
import type { Labels, Millis } from '@bellwether/promql';
import { BellwetherError } from '../errors.ts';
import type { MetricStore } from '../store/metrics/metric-store.ts';
import { targetLabels } from './scrape/target.ts';

const SNAPSHOTS_A_BATCH = 240;

/**
 * Stores a stream of past scrapes: texts in the exposition format, every sample with its timestamp, each text ended by
 * a line `# EOF`. Series get the labels a live scrape of `target` gives them, so that past and present are one line.
 * @param onProgress Called with the newest time stored.
 * @returns The newest time and how many samples were stored.
 * @throws BellwetherError `BW_EXPOSITION_MALFORMED` at the first text that cannot be read; what came before is stored.
 */
export async function backfill(
  chunks: AsyncIterable<Uint8Array>,
  target: { readonly labels: Labels; readonly honorLabels: boolean },
  store: MetricStore,
  onProgress: (at: Millis) => void,
): Promise<{ newest: Millis; samples: number }> {
  const known = new Map<string, Labels>();
  let rows: { labels: Labels; time: Millis; value: number }[] = [];
  let newest = -Infinity;
  let samples = 0;
  let snapshots = 0;

  const write = async (): Promise<void> => {
    await store.backfill(rows);
    samples += rows.length;
    rows = [];
    if (Number.isFinite(newest)) onProgress(newest);
  };

  for await (const text of texts(chunks)) {
    const { series, times, values } = parseTextFormat(text, (key) => known.has(key));
    for (const [i, key] of series.entries()) {
      const time = times[i]!;
      if (Number.isNaN(time))
        throw new BellwetherError(
          'BW_EXPOSITION_MALFORMED',
          `a sample of the past has no timestamp: ${key}`,
          'Every line must end with its time in milliseconds.',
        );
      let labels = known.get(key);
      if (labels === undefined) {
        labels = targetLabels(parseSeriesText(key), target);
        known.set(key, labels);
      }
      rows.push({ labels, time, value: values[i]! });
      if (time > newest) newest = time;
    }
    if (++snapshots % SNAPSHOTS_A_BATCH === 0) await write();
  }
  await write();
  return { newest, samples };
}

/** Cuts a byte stream at lines `# EOF`. */
async function* texts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const end = '# EOF\n';
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    for (let at = rest.indexOf(end); at >= 0; at = rest.indexOf(end)) {
      yield rest.slice(0, at);
      rest = rest.slice(at + end.length);
    }
  }
  if (rest.trim() !== '') yield rest;
}
