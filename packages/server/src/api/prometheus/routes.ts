import { Readable } from 'node:stream';
import { format, parse } from '@bellwether/promql';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MetricSource, RuleGroupView } from '../../metrics/source.ts';
import { version } from '../../version.ts';
import { ApiError, toApiError } from './errors.ts';
import { Params } from './params.ts';
import { renderAlert, renderGroup, renderTarget, resultStream } from './render.ts';

export interface PrometheusApiOptions {
  readonly source: MetricSource;
  readonly clock: () => number;
}

type Handler = (params: Params, signal: AbortSignal, request: FastifyRequest) => Promise<unknown>;

/** Prometheus' HTTP API, `/api/v1/*`. Source: prometheus.io, "HTTP API". */
export async function prometheusRoutes(
  app: FastifyInstance,
  { source, clock }: PrometheusApiOptions,
): Promise<void> {
  app.setErrorHandler((error, _request, reply) => {
    const { code, body } = toApiError(error);
    return reply.code(code).send(body);
  });
  const get = (path: string, handler: Handler): void => {
    app.get(path, (request, reply) => run(handler, request, reply));
  };
  const getOrPost = (path: string, handler: Handler): void => {
    get(path, handler);
    app.post(path, (request, reply) => run(handler, request, reply));
  };

  getOrPost('/query', async (params, signal) => {
    const at = params.time('time', clock());
    return resultStream(await source.instant(params.required('query'), at, signal));
  });

  getOrPost('/query_range', async (params, signal) => {
    const query = params.required('query');
    return resultStream(await source.range(query, params.stepRange(), signal));
  });

  getOrPost('/format_query', async (params) =>
    success(format(parse(params.required('query')), { pretty: true })),
  );

  getOrPost('/series', async (params, signal) => {
    const match = params.matchers();
    if (match.length === 0) throw new ApiError('bad_data', 'no match[] parameter provided');
    return limited(await source.series(match, timeRange(params), signal), params.limit());
  });

  getOrPost('/labels', async (params, signal) =>
    limited(await source.labels(params.matchers(), timeRange(params), signal), params.limit()),
  );

  get('/label/:name/values', async (params, signal, request) => {
    const { name } = request.params as { name: string };
    const values = await source.labelValues(name, params.matchers(), timeRange(params), signal);
    return limited(values, params.limit());
  });

  get('/metadata', async (params) => {
    const limit = params.limit();
    const all = [...(await source.metadata(params.text('metric')))];
    return success(Object.fromEntries(limit > 0 ? all.slice(0, limit) : all));
  });

  get('/rules', async (params) => {
    const groups = (await source.rules()).map((group) => ofType(group, params.text('type')));
    return success({ groups: groups.map(renderGroup) });
  });

  get('/alerts', async () => {
    const rules = (await source.rules()).flatMap((group) => group.rules);
    const alerts = rules.flatMap((rule) => (rule.type === 'alerting' ? rule.alerts : []));
    return success({ alerts: alerts.map(renderAlert) });
  });

  get('/targets', async (params) => {
    const state = params.text('state');
    const active = state === 'dropped' ? [] : (await source.targets()).map(renderTarget);
    return success({ activeTargets: active, droppedTargets: [], droppedTargetCounts: {} });
  });

  get('/status/buildinfo', async () =>
    success({
      version,
      revision: '',
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: '',
    }),
  );

  function timeRange(params: Params): { from: number; to: number } {
    const now = clock();
    const to = params.time('end', now);
    // Prometheus answers for all it has; we for the last day unless asked, as older series are in ClickHouse.
    const from = params.time('start', to - 86_400_000);
    if (to < from)
      throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
    return { from, to };
  }
}

async function run(
  handler: Handler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const gone = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const answer = await handler(new Params(request.url, request.body), gone.signal, request);
  if (answer instanceof Readable) reply.type('application/json');
  return answer;
}

function success(data: unknown): Record<string, unknown> {
  return { status: 'success', data };
}

function limited(data: readonly unknown[], limit: number): Record<string, unknown> {
  if (limit === 0 || data.length <= limit) return success(data);
  return { ...success(data.slice(0, limit)), warnings: ['results truncated due to limit'] };
}

function ofType(group: RuleGroupView, type: string | undefined): RuleGroupView {
  if (type === undefined || type === '') return group;
  if (type !== 'alert' && type !== 'record')
    throw new ApiError('bad_data', `not supported value "${type}": type is alert or record`);
  const wanted = type === 'alert' ? 'alerting' : 'recording';
  return { ...group, rules: group.rules.filter((rule) => rule.type === wanted) };
}
