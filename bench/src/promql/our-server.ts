import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Writable } from 'node:stream';
import {
  Engine,
  type Matcher,
  matchSeries,
  type SeriesColumns,
  type SeriesSource,
  valueToJson,
} from '@bellwether/promql';
import { makeSeries } from './data.ts';

/*
 * The engine behind the two query endpoints and nothing else; started as a process of its own, so that
 * client and server do not share a thread. Arguments: hours of data, time of the last sample.
 */

/** Series by metric name, as any store would find them first. */
function indexed(series: readonly SeriesColumns[]): SeriesSource {
  const byName = new Map<string, SeriesColumns[]>();
  for (const one of series) {
    const name = one.labels['__name__'] ?? '';
    byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  return {
    select: (matchers: readonly Matcher[]) => {
      const name = matchers.find((matcher) => matcher.name === '__name__' && matcher.op === '=');
      const candidates = name === undefined ? series : (byName.get(name.value) ?? []);
      return candidates.filter(matchSeries(matchers));
    },
  };
}

const [hours = 6, end = 0] = process.argv.slice(2).map(Number);
const source = indexed(makeSeries(hours, end));
const engine = new Engine({ limits: { samples: 500_000_000 } });

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const parameter = (name: string): number => Number(url.searchParams.get(name)) * 1000;
  const query = url.searchParams.get('query') ?? '';
  try {
    const { value } = url.pathname.endsWith('query_range')
      ? await engine.range(source, query, {
          start: parameter('start'),
          end: parameter('end'),
          step: parameter('step'),
        })
      : await engine.instant(source, query, parameter('time'));
    response.setHeader('content-type', 'application/json');
    await send(response, valueToJson(value));
  } catch (error) {
    response.statusCode = 422;
    response.end(String(error));
  }
});

async function send(response: Writable, pieces: Iterable<Uint8Array>): Promise<void> {
  response.write('{"status":"success","data":');
  for (const piece of pieces) if (!response.write(piece)) await once(response, 'drain');
  response.end('}');
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
