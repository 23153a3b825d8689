import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { histogram } from '@bellwether/promql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer, type RunningServer } from '../../compose.ts';
import { configFrom } from '../../config/load.ts';
import { createLogger } from '../../log.ts';

const now = Math.floor(Date.now() / 1000);
let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-api-'));
  server = await openServer({
    ...configFrom({
      server: { listen: '127.0.0.1:0' },
      storage: { path: folder },
      query: { max_samples: 1_500_000 },
    }),
    log: createLogger({ level: 'silent' }),
  });
  const samples = (f: (i: number) => number) =>
    Array.from({ length: 10 }, (_, i) => ({ time: (now - 90 + i * 10) * 1000, value: f(i) }));
  await server.store.write([
    { labels: { __name__: 'work_total', job: 'a', path: '/x"y' }, samples: samples((i) => i * 10) },
    {
      labels: { __name__: 'work_total', job: 'b' },
      samples: samples((i) => (i === 9 ? Number.NaN : Infinity)),
    },
    {
      labels: { __name__: 'native' },
      samples: [
        {
          time: now * 1000,
          value: Number.NaN,
          histogram: histogram({ count: 3, sum: 4, positive: { indices: [0, 1], counts: [1, 2] } }),
        },
      ],
    },
  ]);
  await server.start();
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function get(path: string, init?: RequestInit) {
  const response = await fetch(`${server.url}/api/v1/${path}`, init);
  return { code: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("Prometheus' HTTP API", () => {
  it('refuses in its own shape what is too large, or no request at all', async () => {
    const wrong = { status: 'error', errorType: 'bad_data', error: expect.any(String) };
    const form = `x=${'y'.repeat(11_000_000)}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await get('query', { method: 'POST', headers, body: form })).toEqual({
      code: 413,
      body: wrong,
    });
    expect(await get(`query?query=${'1'.repeat(1_100_000)}`)).toEqual({ code: 431, body: wrong });
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () =>
        socket.write('once upon a time\r\n\r\n'),
      );
      let text = '';
      socket.setEncoding('utf8').on('data', (piece) => (text += piece));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual(wrong);
  });

  it('lets no page of another origin read what it did not answer, and none send what changes something', async () => {
    const origin = 'http://grafana.example';
    for (const path of ['write', 'admin/tsdb/delete_series', 'nothing']) {
      const preflight = { method: 'OPTIONS', headers: { origin } };
      const { status, headers } = await fetch(`${server.url}/api/v1/${path}`, preflight);
      expect(status).not.toBe(204);
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
    const push = { method: 'POST', headers: { origin }, body: '' };
    const { status, headers } = await fetch(`${server.url}/api/v1/write`, push);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('refuses a query that would take more samples than it may, and says how it could be answered', async () => {
    const query = encodeURIComponent('max_over_time(work_total[10d:1s])');
    expect(await get(`query?query=${query}&time=${now}`)).toEqual({
      code: 422,
      body: {
        status: 'error',
        errorType: 'execution',
        error:
          'query processing would load too many samples into memory in query execution: ask for fewer series or a shorter time, or raise query.max_samples (1500000)',
      },
    });
    const flags = (await get('status/flags')).body['data'] as Record<string, string>;
    expect(flags['query.max-samples']).toBe('1500000');
  });

  it('adds up thousands of terms, and refuses expressions and trees that are too large with a reason', async () => {
    const post = (path: string, query: string) =>
      get(path, { method: 'POST', body: new URLSearchParams({ query }) });
    const sum = (terms: number): string => Array(terms).fill('1').join('+');
    expect((await post('query', sum(3_001))).body).toMatchObject({
      data: { result: [expect.anything(), '3001'] },
    });
    const refusals = [
      ['query', sum(6_000), 'expression has more than 5000 operands'],
      [
        'query',
        `sum by (${Array.from({ length: 2_000 }, (_, i) => `l${i}`)}) (work_total)`,
        'list has more than 1000 labels',
      ],
      ['parse_query', sum(3_001), 'its tree has more than 1000 levels to be shown'],
      ['format_query', sum(3_001), 'its tree has more than 1000 levels to be shown'],
    ] as const;
    for (const [path, query, reason] of refusals)
      expect(await post(path, query)).toMatchObject({
        code: 400,
        body: { errorType: 'bad_data', error: expect.stringContaining(reason) },
      });
  });

  it('sends ten annotations of a kind, and how many more there are', async () => {
    const query = encodeURIComponent('quantile_over_time(time(), work_total{job="a"}[2m])');
    const { body } = await get(`query_range?query=${query}&start=${now - 50}&end=${now}&step=1`);
    const warnings = body['warnings'] as string[];
    expect(warnings).toHaveLength(11);
    expect(warnings[0]).toMatch(/^PromQL warning: quantile value should be between 0 and 1/);
    expect(warnings[10]).toBe('41 more warning annotations omitted');
  });

  it('takes the evaluation interval for the step of a subquery that names none, as by default every 15 seconds', async () => {
    const query = encodeURIComponent('count_over_time(vector(1)[5m:])');
    for (const more of ['', '&lookback_delta=1m', '&timeout=10s'])
      expect((await get(`query?query=${query}&time=60${more}`)).body['data']).toEqual({
        resultType: 'vector',
        result: [{ metric: {}, value: [60, '20'] }],
      });
  });

  it('answers an instant query in the shapes and spellings of its documentation', async () => {
    const { code, body } = await get(`query?query=work_total&time=${now}`);
    expect(code).toBe(200);
    expect(body).toEqual({
      status: 'success',
      data: {
        resultType: 'vector',
        result: [
          { metric: { __name__: 'work_total', job: 'a', path: '/x"y' }, value: [now, '90'] },
          { metric: { __name__: 'work_total', job: 'b' }, value: [now, 'NaN'] },
        ],
      },
    });
    expect((await get(`query?query=1%2F0&time=${now}`)).body).toEqual({
      status: 'success',
      data: { resultType: 'scalar', result: [now, '+Inf'] },
    });
  });

  it('takes parameters from a form as from the address, times also as RFC 3339, and answers warnings beside the data', async () => {
    const body = new URLSearchParams({
      query: 'rate(work_total{job="a"}[1m])',
      start: new Date((now - 30) * 1000).toISOString(),
      end: String(now),
      step: '15s',
    });
    const range = await get('query_range', { method: 'POST', body });
    expect(range.body).toMatchObject({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: { job: 'a' },
            values: [
              [now - 30, '1'],
              [now - 15, '1'],
              [now, '1'],
            ],
          },
        ],
      },
    });
    const noted = await get(
      `query?query=${encodeURIComponent('rate(work_total[1m]) + on() group_left native')}`,
    );
    expect(noted.code).toBe(200);
  });

  it('shows native histograms as buckets', async () => {
    const { body } = await get(`query?query=native&time=${now}`);
    expect(body).toMatchObject({
      data: {
        result: [
          {
            histogram: [
              now,
              {
                count: '3',
                sum: '4',
                buckets: [
                  [0, '0.5', '1', '1'],
                  [0, '1', '2', '2'],
                ],
              },
            ],
          },
        ],
      },
    });
  });

  it.each([
    ['query?query=sum(', 400, 'bad_data', 'parse error'],
    ['query', 400, 'bad_data', 'invalid parameter "query"'],
    ['query?query=up&time=yesterday', 400, 'bad_data', 'invalid parameter "time"'],
    [
      'query_range?query=up&start=10&end=5&step=1',
      400,
      'bad_data',
      'end timestamp must not be before start time',
    ],
    [
      'query_range?query=up&start=0&end=5&step=0',
      400,
      'bad_data',
      'zero or negative query resolution step',
    ],
    [
      'query_range?query=up&start=0&end=20000&step=1',
      400,
      'bad_data',
      'exceeded maximum resolution of 11,000 points',
    ],
    ['series', 400, 'bad_data', 'no match[] parameter provided'],
    ['series?match[]=sum(up)', 400, 'bad_data', 'match[]'],
    ['query?query=work_total%20%2B%20on(nothing)%20work_total', 422, 'execution', 'many-to-many'],
  ])('refuses %s with %d %s', async (path, code, errorType, message) => {
    const answer = await get(path);
    expect(answer.code).toBe(code);
    expect(answer.body).toMatchObject({ status: 'error', errorType });
    expect(answer.body['error']).toContain(message);
  });

  it('lists series, labels and values, limited on request', async () => {
    expect((await get('series?match[]=work_total{job="b"}')).body['data']).toEqual([
      { __name__: 'work_total', job: 'b' },
    ]);
    expect((await get('labels?match[]=work_total')).body['data']).toEqual([
      '__name__',
      'job',
      'path',
    ]);
    expect((await get('label/job/values?match[]=work_total')).body['data']).toEqual(['a', 'b']);
    const limited = await get('label/job/values?match[]=work_total&limit=1');
    expect(limited.body).toMatchObject({
      data: ['a'],
      warnings: ['results truncated due to limit'],
    });
  });

  it.each([
    ['query?query=work_total&limit=1', 1],
    ['query?query=work_total&limit=2', 2],
    ['query?query=work_total[1m]&limit=1', 1],
    [`query_range?query=work_total&start=${now - 30}&end=${now}&step=15&limit=1`, 1],
  ])('answers %s with %d series, and says when that is not all', async (path, count) => {
    const { body } = await get(path);
    expect((body['data'] as { result: unknown[] }).result).toHaveLength(count);
    expect(body['warnings']).toEqual(count === 2 ? undefined : ['results truncated due to limit']);
  });

  it('limits series and labels, whose order is fixed', async () => {
    expect((await get('series?match[]=work_total&limit=1')).body).toMatchObject({
      data: [{ __name__: 'work_total', job: 'a' }],
      warnings: ['results truncated due to limit'],
    });
    expect((await get('labels?match[]=work_total&limit=2')).body).toEqual({
      status: 'success',
      data: ['__name__', 'job'],
      warnings: ['results truncated due to limit'],
    });
  });

  it('looks back as far as is asked', async () => {
    const at = now + 20;
    const count = async (question: string): Promise<number> => {
      const { body } = await get(`query?query=work_total&time=${at}${question}`);
      return (body['data'] as { result: unknown[] }).result.length;
    };
    expect(await count('')).toBe(2);
    expect(await count('&lookback_delta=10s')).toBe(0);
    expect(await count('&lookback_delta=30')).toBe(2);
    expect(await count('&lookback_delta=0')).toBe(2);
    expect((await get('query?query=up&lookback_delta=x')).code).toBe(400);
  });

  it('ends a query that takes longer than is wanted with 503, and answers others meanwhile', async () => {
    const heavy = encodeURIComponent('sum_over_time(count_over_time(vector(1)[11d:1s])[1h:1s])');
    const [late, quick] = await Promise.all([
      get(`query?query=${heavy}&timeout=5ms`),
      get('query?query=1&timeout=5s'),
    ]);
    expect(late).toEqual({
      code: 503,
      body: {
        status: 'error',
        errorType: 'timeout',
        error: 'query timed out in expression evaluation',
      },
    });
    expect(quick.code).toBe(200);
  });

  it('tells what a query cost when it is asked, and only then', async () => {
    const asked = await get(`query?query=work_total&time=${now}&stats=all`);
    const { stats } = asked.body['data'] as { stats: Record<string, Record<string, number>> };
    expect(stats['samples']).toMatchObject({ totalQueryableSamples: 2 });
    for (const seconds of Object.values(stats['timings']!))
      expect(seconds).toBeGreaterThanOrEqual(0);
    const { body } = await get(`query?query=work_total&time=${now}`);
    expect(Object.keys(body['data'] as object)).toEqual(['resultType', 'result']);
  });

  it('finds the values of labels that are more than letters, digits and _', async () => {
    await server.store.write([
      {
        labels: { __name__: 'utf8', 'my.label_x': 'found' },
        samples: [{ time: now * 1000, value: 1 }],
      },
    ]);
    for (const name of ['my.label_x', 'U__my_2e_label__x'])
      expect((await get(`label/${name}/values`)).body['data']).toEqual(['found']);
  });

  it('shows an expression as a tree', async () => {
    expect((await get('parse_query?query=1%2B2')).body).toMatchObject({
      status: 'success',
      data: { type: 'binaryExpr', op: '+', lhs: { type: 'numberLiteral', val: '1' } },
    });
    expect((await get('parse_query?query=sum(')).body).toMatchObject({
      errorType: 'bad_data',
      error: expect.stringMatching(/^invalid parameter "query": 1:5: parse error: /),
    });
  });

  it('limits what is said of metrics', async () => {
    const names = async (question: string): Promise<string[]> =>
      Object.keys((await get(`metadata?${question}`)).body['data'] as object);
    expect((await names('limit=2')).length).toBe(2);
    expect((await names('limit=-1')).length).toBeGreaterThan(2);
    expect((await get('targets/metadata?limit=3')).body['data']).toHaveLength(3);
  });

  it('refuses a body that is no form', async () => {
    for (const type of ['multipart/form-data; boundary=x', 'application/json']) {
      const init = { method: 'POST', headers: { 'content-type': type }, body: '{"query":' };
      expect(await get('query', init)).toMatchObject({
        code: 400,
        body: { errorType: 'bad_data' },
      });
    }
  });

  it.each(['limit=0', 'limit=x', 'limit=1.5', 'limit=10001'])(
    'refuses status/tsdb?%s',
    async (question) => {
      expect((await get(`status/tsdb?${question}`)).body).toMatchObject({ errorType: 'bad_data' });
    },
  );

  it('says what it cannot find in words, not in a page', async () => {
    const response = await fetch(`${server.url}/api/v1/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ status: 'error', errorType: 'not_found' });
  });

  it.skipIf(spawnSync('promtool', ['--version']).status !== 0)(
    'works with promtool (package `prometheus`)',
    async () => {
      const promtool = async (...args: string[]): Promise<string> =>
        (await promisify(execFile)('promtool', ['query', ...args])).stdout;
      const instant = ['instant', '--time', String(now), server.url, 'work_total{job="a"}'];
      expect(await promtool(...instant)).toContain(`=> 90 @[${now}]`);
      const times = ['--start', String(now - 30), '--end', String(now), '--step', '15s'];
      const range = await promtool('range', ...times, server.url, 'sum(work_total{job="a"})');
      expect(range).toContain(`90 @[${now}]`);
      expect(await promtool('series', '--match', 'work_total{job="b"}', server.url)).toContain(
        'job="b"',
      );
      expect(await promtool('labels', server.url, 'job')).toContain('a\nb');
    },
  );
});
