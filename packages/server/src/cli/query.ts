import { formatLabels } from '@bellwether/promql';
import Table from 'cli-table3';
import { Command } from 'commander';
import { BellwetherError, messageOf } from '../errors.ts';

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
      const answer = await ask(expr, options);
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

async function ask(expr: string, { url, time }: QueryOptions): Promise<Answer> {
  const body = new URLSearchParams({ query: expr, ...(time === undefined ? {} : { time }) });
  try {
    const response = await fetch(new URL('/api/v1/query', url), { method: 'POST', body });
    return (await response.json()) as Answer;
  } catch (cause) {
    throw new BellwetherError(
      'BW_SERVER_UNREACHABLE',
      `no Prometheus API answers at ${url}: ${messageOf(cause)}`,
      'Start one with `bellwether serve`, or name another with --url.',
      { cause },
    );
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
