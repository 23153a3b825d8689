import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BellwetherProcess, PatientSender } from '../../testing/bellwether-process.ts';
import { ClickHouseFront } from '../../testing/clickhouse-front.ts';
import { eventually } from '../../testing/processes.ts';

const target = createServer((_request, response) => {
  response.end('# TYPE colour gauge\ncolour{is="blue"} 7\n');
});
let front: ClickHouseFront;
let server: BellwetherProcess;

function yaml(password = front.password, more = ''): string {
  return `storage: { clickhouse: { url: '${front.url}', username: ${front.user}, password: '${password}'${more} } }
scrape_configs: [{ job_name: t, static_configs: [{ targets: ['127.0.0.1:${(target.address() as AddressInfo).port}'] }] }]
`;
}

beforeAll(async () => {
  target.listen(0, '127.0.0.1');
  await new Promise((resolve) => target.once('listening', resolve));
});
afterAll(() => target.close());

beforeEach(async () => {
  front = await ClickHouseFront.create();
  server = await BellwetherProcess.create(yaml());
});

afterEach(async () => {
  await server.remove();
  await front.remove();
});

describe('with its data in a ClickHouse over HTTP, the server', () => {
  it('scrapes, takes what is pushed, and has all of it after a restart', async () => {
    await front.start();
    await server.start();
    const now = Date.now();
    expect(
      (
        await server.write('pushed', [
          [now - 1000, 1],
          [now, 2],
        ])
      ).status,
    ).toBe(204);
    const address = `${server.url}/api/bellwether/v1/events`;
    const stored = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"type":"prediction","id":"e1","time":${now / 1000},"model":"m","prediction":"ham"}`,
    });
    expect(stored.status).toBe(200);
    const events = async (): Promise<unknown> => (await fetch(`${address}?id=e1`)).json();
    const query = 'colour{is="blue"} + on() pushed';
    const answer = () => server.api.vector(query);
    const expected = [9];
    await eventually('the scrape', async () => ((await answer()).size > 0 ? true : undefined));
    expect([...(await answer()).values()]).toEqual(expected);
    await server.kill('SIGKILL');
    await server.start();
    expect([...(await answer()).values()]).toEqual(expected);
    expect(await events()).toMatchObject({ events: [{ id: 'e1', model: 'm', prediction: 'ham' }] });
    expect((await server.samples('pushed')).map(([, value]) => value)).toEqual([1, 2]);
  });

  it('outlives one that is away, unwell, locked or silent: says so, has senders come again, loses nothing', async () => {
    await server.configure(yaml(front.password, ', request_timeout: 2s'));
    await front.start();
    await server.start();
    const sender = new PatientSender(server, 'sent');
    sender.start();
    const more = async (): Promise<void> => {
      await server.untilReady();
      const before = sender.acknowledged.length;
      await eventually('more samples', async () =>
        sender.acknowledged.length > before + 5 ? true : undefined,
      );
    };
    await more();

    await front.stop('SIGKILL');
    expect(await server.untilNotReady(/ECONNREFUSED/)).toMatch(
      /^Bellwether is not ready: ClickHouse at http:\S+ cannot be reached \(.*ECONN.*\)\. Start it, or correct storage\.clickhouse\.url; .* \d+ samples wait in memory\.$/m,
    );
    expect(await server.healthy()).toBe(true);
    await eventually('a sample that waits and a refusal, as series', async () => {
      const pending = (await server.metric('bellwether_store_pending_samples')) ?? 0;
      const refused =
        (await server.metric('bellwether_store_refused_requests_total{reason="clickhouse"}')) ?? 0;
      return pending > 0 && refused > 0 ? true : undefined;
    });
    await front.start();
    await more();

    await front.change({ failWith: 500 });
    await server.untilNotReady(/refuses \(.*the proxy is unwell/);
    await front.change({ failWith: null });
    await more();

    await front.change({ password: 'another' });
    await server.untilNotReady(
      /refuses the user "watch" .* Correct storage\.clickhouse\.username and password/,
    );
    await front.change({ password: front.password });
    await more();

    front.pause();
    expect(await server.untilNotReady(/cannot be reached/)).toContain('Timeout error');
    expect(await server.healthy()).toBe(true);
    front.resume();
    await more();

    await sender.stop();
    expect([...sender.refusals]).toEqual(['503 5']);
    expect(await server.metric('bellwether_store_lost_samples')).toBe(0);
    await server.kill('SIGKILL');
    await server.start();
    const stored = new Map(await server.samples('sent'));
    expect(sender.acknowledged.filter(([at, n]) => stored.get(at) !== n)).toEqual([]);
  });

  it('starts before ClickHouse does, says that it waits, and then goes on', async () => {
    server.launch();
    await server.untilNotReady(/ClickHouse at http:\S+ cannot be reached/);
    expect(await server.healthy()).toBe(true);
    const now = Date.now();
    const refused = await server.write('early', [[now, 1]]);
    expect([refused.status, refused.retryAfter]).toEqual([503, '5']);
    expect(refused.text).toContain('cannot be reached');
    await front.start();
    await server.untilReady();
    expect((await server.write('early', [[now, 1]])).status).toBe(204);
    expect(await server.samples('early')).toEqual([[now, 1]]);
  });

  it('ends at once with a wrong password, or a cluster that is not there, and says so', async () => {
    await front.start();
    await server.configure(yaml('wrong'));
    server.launch();
    expect(await server.ended()).toBe(2);
    expect(server.output).toMatch(
      /ClickHouse at http:\S+ refuses the user "watch"[\s\S]*\[BW_CLICKHOUSE_REFUSED\]/,
    );
    expect(server.output).not.toContain('wrong');
    await server.configure(yaml(front.password, ', cluster: main'));
    server.launch();
    expect(await server.ended()).toBe(2);
    expect(server.output).toMatch(
      /knows no cluster "main"; it knows none[\s\S]*\[BW_CLICKHOUSE_UNSUITABLE\]/,
    );
  });
});
