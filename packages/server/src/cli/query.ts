import { formatLabels } from '@bellwether/promql';
import Table from 'cli-table3';
import { Command } from 'commander';
import { BellwetherError } from '../errors.ts';
import { ask } from '../outbound/ask.ts';
import { Connections } from '../outbound/connections.ts';
import { explain } from '../outbound/explain.ts';
import { readLimited, textOf } from '../outbound/read-limited.ts';
import { outsideText } from '../outside-text.ts';

/** As long as a server lets a query take, and some more. */
const TIMEOUT_MS = 5 * 60_000;

interface QueryOptions {
  url: string;
  time?: string;
  json?: boolean;
}

interface Answer {
  status: 'success' | 'error';
  error?: string;
  errorType?: string;
  data?: { resultType: string; result: unknown };
}

type Sample = {
  metric: Record<string, string>;
  value?: [number, string];
  values?: [number, string][];
};

/** `bellwether query`: one PromQL expression, asked of a running server. */
export function queryCommand(): Command {
  return new Command('query')
    .description('Ask a running Bellwether (or Prometheus) for the value of an expression.')
    .argument('<expr>', 'PromQL')
    .option('--url <url>', 'server', 'http://127.0.0.1:2355')
    .option('--time <time>', 'moment: Unix seconds or RFC 3339; default now')
    .option('--json', 'print the answer as JSON')
    .action(async (expr: string, options: QueryOptions) => {
      const answer = await answerOf(expr, options);
      if (options.json === true) process.stdout.write(`${JSON.stringify(answer)}\n`);
      else if (answer.status === 'success') process.stdout.write(`${forPeople(answer.data!)}\n`);
      if (answer.status === 'error') {
        throw new BellwetherError(
          'BW_QUERY_FAILED',
          answer.error ?? 'the query failed',
          'The numbers before the message are line and column of the expression.',
        );
      }
    });
}

async function answerOf(expr: string, { url, time }: QueryOptions): Promise<Answer> {
  const form = new URLSearchParams({ query: expr, ...(time === undefined ? {} : { time }) });
  const connections = new Connections({ proxy_from_environment: false }, process.cwd());
  try {
    const { body } = await ask({
      url: new URL('/api/v1/query', url).href,
      headers: [['content-type', 'application/x-www-form-urlencoded']],
      privateHeaders: [],
      form: form.toString(),
      connect: (to, elsewhere) => connections.to(to, elsewhere),
      redirects: 'elsewhere',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return JSON.parse(textOf(await readLimited(body, 0))) as Answer;
  } catch (cause) {
    throw new BellwetherError(
      'BW_SERVER_UNREACHABLE',
      outsideText(`no Prometheus API answers at ${url}: ${explain(cause, 'not in time')}`),
      'Start one with `bellwether serve`, or name another with --url.',
      { cause },
    );
  } finally {
    await connections.close();
  }
}

/** A table without colour codes, for pipes and files. */
const PLAIN = { style: { head: [], border: [] } };

function hasColors(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}

function forPeople(data: NonNullable<Answer['data']>): string {
  if (data.resultType === 'scalar' || data.resultType === 'string')
    return (data.result as [number, string])[1];
  const samples = data.result as Sample[];
  if (samples.length === 0) return 'no data';
  const table = new Table({ head: ['series', 'value'], ...(hasColors() ? {} : PLAIN) });
  for (const { metric, value, values } of samples)
    table.push([
      formatLabels(metric),
      value?.[1] ?? (values ?? []).map(([at, v]) => `${v} @${at}`).join('\n'),
    ]);
  return table.toString();
}
