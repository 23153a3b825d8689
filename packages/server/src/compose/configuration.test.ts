import Fastify from 'fastify';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { operationRoutes } from '../api/operations.ts';
import { configFrom, type LoadedConfig } from '../config/load.ts';
import { Telemetry } from '../telemetry.ts';
import { Configuration } from './configuration.ts';

const loaded = configFrom({});

function open(load: () => Promise<LoadedConfig>) {
  const lines: { level: string; msg: string }[] = [];
  const formatters = { level: (level: string) => ({ level }) };
  const log = pino(
    { base: null, timestamp: false, formatters },
    { write: (line) => lines.push(JSON.parse(line)) },
  );
  const telemetry = new Telemetry();
  const takeUp = async () => undefined;
  const configuration = new Configuration({
    ...loaded,
    clock: () => 0,
    log,
    telemetry,
    load,
    takeUp,
  });
  return { configuration, lines, telemetry };
}

describe('a reload', () => {
  it('is logged with who asked for it', async () => {
    const { configuration, lines } = open(async () => loaded);
    await configuration.reload('SIGHUP');
    expect(lines).toEqual([{ level: 'info', msg: 'configuration reloaded, as asked by SIGHUP' }]);
  });

  it('that is asked for over HTTP is logged with the address of whoever did, also when it fails', async () => {
    const { configuration, lines, telemetry } = open(() =>
      Promise.reject(new Error('line 3 is wrong')),
    );
    const app = Fastify();
    const reload = configuration.reload.bind(configuration);
    await app.register(operationRoutes, { telemetry, notReady: () => null, reload });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    expect((await fetch(`${url}/-/reload`, { method: 'POST' })).status).toBe(500);
    await app.close();
    expect(lines).toEqual([
      {
        level: 'error',
        msg: expect.stringMatching(
          /^configuration not reloaded, as asked by 127\.0\.0\.1:\d+ by POST \/-\/reload; nothing changed: line 3 is wrong$/,
        ),
      },
    ]);
  });
});
