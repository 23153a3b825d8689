import { compareLabels, formatShort, type Labels, type VectorSample } from '@bellwether/promql';
import type { FastifyInstance } from 'fastify';
import type { MetricSource } from '../../metrics/source.ts';
import { ApiError, toApiError } from './errors.ts';
import { Params } from './params.ts';

export interface FederateParts {
  readonly source: MetricSource;
  readonly clock: () => number;
  readonly externalLabels: () => Labels;
}

/**
 * `GET /federate?match[]=…`: the newest sample of each series that is current, for another Prometheus to scrape. Native
 * histograms have no place in the text format and are left out.
 * Source: prometheus.io, "Federation" and "Exposition formats".
 */
export async function federateRoute(
  app: FastifyInstance,
  { source, clock, externalLabels }: FederateParts,
): Promise<void> {
  app.get('/federate', async (request, reply) => {
    const gone = new AbortController();
    reply.raw.on('close', () => gone.abort());
    reply.type('text/plain; version=0.0.4; charset=utf-8');
    try {
      const params = new Params(request.url, undefined);
      const match = params.matchers(true);
      if (match.length === 0) return '';
      const samples = await source.latest(match, clock(), gone.signal);
      return expositionOf(samples, externalLabels());
    } catch (error) {
      const { code, body } = toApiError(error);
      const status = error instanceof ApiError ? code : 500;
      return reply.code(status).type('text/plain; charset=utf-8').send(`${body['error']}\n`);
    }
  });
}

/** Samples as text, sorted by name and labels, each with the external labels it does not have already. */
export function expositionOf(samples: readonly VectorSample[], externalLabels: Labels): string {
  const all: Labels = { instance: '', ...externalLabels };
  const external = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines: string[] = [];
  let family: string | undefined;
  for (const { labels, value, at } of samples.filter(isFederated).toSorted(byNameAndLabels)) {
    const { __name__: name = '', ...own } = labels;
    if (name !== family) lines.push(`# TYPE ${plain(name)} untyped\n`);
    family = name;
    const pairs = Object.entries(own)
      .filter(([, text]) => text !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .concat(external.filter(([label]) => (own[label] ?? '') === ''))
      .map(([label, text]) => `${plain(label).replaceAll(':', '_')}="${escaped(text)}"`);
    lines.push(`${plain(name)}{${pairs.join(',')}} ${formatShort(value, 6)} ${at}\n`);
  }
  return lines.join('');
}

function isFederated({ labels, histogram }: VectorSample): boolean {
  return histogram === undefined && (labels['__name__'] ?? '') !== '';
}

function byNameAndLabels({ labels: a }: VectorSample, { labels: b }: VectorSample): number {
  const [nameA, nameB] = [a['__name__']!, b['__name__']!];
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  return compareLabels(a, b);
}

/** A name as a scraper without UTF-8 names can read it. Source: prometheus.io, "Escaping schemes", `underscores`. */
function plain(name: string): string {
  return name.replace(/^\d|[^a-zA-Z0-9_:]/gu, '_');
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
}
