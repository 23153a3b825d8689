#!/usr/bin/env node
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MODEL_VERSION } from './model.ts';
import { loadModel } from './model-cache.ts';
import { createService } from './service.ts';
import { tetherToParent } from './tether.ts';

const USAGE = `Usage: main.js [--port N] [--host ADDRESS] [--cache FOLDER] [--demo] [--tethered]

  --port      port to listen on; 0 takes a free one (default 8001)
  --host      address to listen on (default 127.0.0.1)
  --cache     folder of fitted models (default .cache/mail of the repository)
  --demo      answer /replay, which lives through a past day at full speed
  --tethered  end when standard input does, so as not to outlive a parent that was killed
`;

/** Ends with a sentence instead of a stack trace. 2: could not do what was asked. */
function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '8001' },
        host: { type: 'string', default: '127.0.0.1' },
        cache: {
          type: 'string',
          default: fileURLToPath(new URL('../../../.cache/mail', import.meta.url)),
        },
        demo: { type: 'boolean', default: false },
        tethered: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

const { cache, demo, host, port, tethered } = readArguments();
if (tethered) tetherToParent();
const portNumber = Number(port);
if (!Number.isInteger(portNumber) || portNumber < 0 || portNumber > 65_535) {
  fail(`--port must be a whole number from 0 to 65535, not "${port}".`);
}

let loaded: ReturnType<typeof loadModel>;
try {
  loaded = loadModel(cache);
} catch (error) {
  fail(`The model could not be trained or kept in ${cache}: ${String(error)}`);
}

const server = createService({ model: loaded.model, demo });
server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE') fail(`Port ${port} is taken; choose another one with --port.`);
  fail(`Cannot listen on ${host}:${port}: ${error.message}`);
});
server.listen(portNumber, host, () => {
  const { port: listening } = server.address() as AddressInfo;
  const line = { listening, model_version: MODEL_VERSION, pid: process.pid };
  process.stdout.write(`${JSON.stringify({ ...line, trained: loaded.trained })}\n`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
