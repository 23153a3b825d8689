import { Readable } from 'node:stream';
import {
  compareLabels,
  formatShort,
  type Labels,
  labelOf,
  Slices,
  sorted,
  type VectorSample,
} from '@bellwether/promql';
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
      return Readable.from(expositionOf(samples, externalLabels()), { objectMode: false });
    } catch (error) {
      const { code, body } = toApiError(error);
      const status = error instanceof ApiError ? code : 500;
      return reply.code(status).type('text/plain; charset=utf-8').send(`${body['error']}\n`);
    }
  });
}

/** Pieces have about this many characters. */
const PIECE_LENGTH = 128 * 1024;
/** Of writing a sample as a line. */
const LINE_WORK = 64;

/** Samples as text, sorted by name and labels, each with the external labels it does not have already. */
export async function* expositionOf(
  samples: readonly VectorSample[],
  externalLabels: Labels,
): AsyncGenerator<string> {
  const all: Labels = { instance: '', ...externalLabels };
  const external = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  const slices = new Slices();
  let text = '';
  let family: string | undefined;
  for (const { labels, value, at } of await sorted(
    samples.filter(isFederated),
    byNameAndLabels,
    slices,
  )) {
    const { __name__: name = '', ...own } = labels;
    if (name !== family) text += `# TYPE ${plain(name)} untyped\n`;
    family = name;
    const pairs = Object.entries(own)
      .filter(([, text]) => text !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .concat(external.filter(([label]) => labelOf(own, label) === ''))
      .map(([label, text]) => `${plain(label).replaceAll(':', '_')}="${escaped(text)}"`);
    text += `${plain(name)}{${pairs.join(',')}} ${formatShort(value, 6)} ${at}\n`;
    if (slices.dueAfter(LINE_WORK)) await slices.pause();
    if (text.length < PIECE_LENGTH) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
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
