import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFrom, createLogger, openServer } from '@bellwether/server';

/** A server with ten million samples in its head, for the bench to load: 2,000 counters, 5,000 samples each. */
const SERIES = 2000;
const SAMPLES = 5000;
const STEP_MS = 2000;

const folder = await mkdtemp(join(tmpdir(), 'bellwether-bench-'));
const server = await openServer({
  ...configFrom({
    server: { listen: '127.0.0.1:0' },
    storage: { path: folder, head: '3h' },
    global: { scrape_interval: '1h' },
  }),
  log: createLogger({ level: 'error' }),
});
const begin = Math.floor(Date.now() / STEP_MS) * STEP_MS - SAMPLES * STEP_MS;
const refs = Array.from({ length: SERIES }, (_, i) =>
  server.store.ref({ __name__: 'work_total', instance: String(i % 100), path: String(i) }),
);
for (let n = 0; n < SAMPLES; n++) {
  for (const [i, ref] of refs.entries()) server.store.append(ref, begin + n * STEP_MS, n * (i + 1));
  // Nothing here is about ClickHouse, but what is pending there must not pile up.
  if (n % 250 === 249) await server.store.flush();
}
await server.start();
process.stdout.write(
  `${JSON.stringify({ url: server.url, folder, start: begin / 1000, end: begin / 1000 + (SAMPLES * STEP_MS) / 1000 })}\n`,
);
process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
