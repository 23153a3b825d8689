import {
  type Expr,
  format,
  formatSample,
  type Matcher,
  PromQLError,
  walk,
} from '@bellwether/promql';
import type { MetricSource, QueryAnswer, QuerySettings } from '../../metrics/source.ts';
import type { ExemplarSeries } from '../../store/exemplars/exemplar.ts';
import { success, TRUNCATED } from './answer.ts';
import { ApiError, invalidParameter } from './errors.ts';
import { Rows } from './json-pieces.ts';
import { resultStream } from './query-result.ts';
import type { Call, Router } from './router.ts';
import { translateAst } from './translate-ast.ts';

/** What is asked with an expression. */
export function queryRoutes(
  { getOrPost }: Router,
  { source, clock }: { readonly source: MetricSource; readonly clock: () => number },
): void {
  getOrPost('/query', async (call) => {
    const { params } = call;
    const at = params.time('time', clock());
    return answered(call, (query, settings) => source.instant(query, at, settings));
  });

  getOrPost('/query_range', async (call) => {
    const range = call.params.stepRange();
    return answered(call, (query, settings) => source.range(query, range, settings));
  });

  getOrPost('/query_exemplars', async ({ params, signal, reply }) => {
    const range = params.timeRange(clock());
    if (range.to < range.from)
      throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
    const match = selectorsIn(params.query().expr);
    // No selector is no question, and Prometheus answers it with nothing at all.
    if (match.length === 0) return reply.code(204).send();
    const { series, truncated } = await source.exemplars(match, range, signal);
    return success(new Rows(series, renderExemplars), truncated ? [TRUNCATED] : []);
  });

  getOrPost('/format_query', async ({ params }) =>
    success(format(shallow(params.query().expr), { pretty: true })),
  );

  getOrPost('/parse_query', async ({ params }) =>
    success(translateAst(shallow(params.query().expr))),
  );
}

/** Indented lines and JSON in JSON grow with the square of the depth. */
const MOST_LEVELS = 1_000;

/** @throws ApiError where a tree has more levels than anyone looks at */
function shallow(expr: Expr): Expr {
  walk(expr, (_, depth) => {
    if (depth > MOST_LEVELS)
      throw invalidParameter('query', `its tree has more than ${MOST_LEVELS} levels to be shown`);
  });
  return expr;
}

async function answered(
  { params, signal, reply }: Call,
  ask: (query: string, settings: QuerySettings) => Promise<QueryAnswer>,
): Promise<unknown> {
  const lookbackMs = params.duration('lookback_delta');
  const limit = params.limit();
  const settings = {
    signal,
    timeoutMs: params.duration('timeout'),
    lookbackMs: lookbackMs !== undefined && lookbackMs > 0 ? lookbackMs : undefined,
    stats: params.text('stats') !== undefined,
    lasting: true,
  };
  try {
    // The engine behind the port may know more of the language than we do: it reads the expression.
    const answer = await ask(params.text('query') ?? '', settings);
    const stream = resultStream(answer, limit);
    const { release } = answer;
    if (release !== undefined) {
      // Whichever comes first; one of them always does, also where the client has gone meanwhile.
      if (reply.raw.destroyed) release();
      stream.once('close', release);
      reply.raw.once('close', release);
    }
    return stream;
  } catch (error) {
    if (error instanceof PromQLError && error.code === 'parse')
      throw invalidParameter('query', error.message);
    throw error;
  }
}

function selectorsIn(expr: Expr): (readonly Matcher[])[] {
  const found: (readonly Matcher[])[] = [];
  walk(expr, (node) => {
    if (node.kind === 'selector') found.push(node.matchers);
  });
  return found;
}

function renderExemplars({ series, exemplars }: ExemplarSeries): Record<string, unknown> {
  return {
    seriesLabels: series,
    exemplars: exemplars.map(({ labels, value, time }) => ({
      labels,
      value: formatSample(value),
      timestamp: time / 1000,
    })),
  };
}
