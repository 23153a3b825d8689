import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Answer, BODY_LIMIT, type Body, MailApi } from './api.ts';
import { RequestError } from './errors.ts';
import { MODEL_VERSION, type SpamModel } from './model.ts';
import { ReplayClock } from './replay.ts';
import { ReplayRoute } from './replay-route.ts';

/** How often labels of a replayed day are looked through for due ones. */
const LABEL_INTERVAL_MS = 1000;

export interface ServiceOptions {
  readonly model: Pick<SpamModel, 'predict'>;
  /** Whether `/replay` answers. It sets the clock of the whole service, so only demos want it. */
  readonly demo: boolean;
}

/** Reads a body up to the limit; what is longer is read to its end and forgotten. */
async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    if (length <= BODY_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length > BODY_LIMIT ? null : Buffer.concat(chunks);
}

function send(response: ServerResponse, { json, status }: Answer): void {
  const body = JSON.stringify(json);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Makes the HTTP server of the spam classifier. The caller listens and closes. */
export function createService({ demo, model }: ServiceOptions): Server {
  const clock = new ReplayClock();
  const api = new MailApi({ predict: (text) => model.predict(text), clock: clock.now });
  const replay = demo ? new ReplayRoute(api, clock) : undefined;
  const started = Date.now();

  const route = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://service');
    switch (`${request.method} ${url.pathname}`) {
      case 'POST /predict':
        return send(response, api.predict(await readBody(request)));
      case 'POST /feedback':
        return send(response, api.feedback(await readBody(request)));
      case 'GET /health': {
        const uptime_s = (Date.now() - started) / 1000;
        const json = { status: 'ok', model_version: MODEL_VERSION, uptime_s };
        return send(response, { status: 200, json });
      }
      case 'GET /metrics':
      case 'HEAD /metrics':
        return api.monitor.handler(request, response);
      case 'GET /replay':
        if (replay !== undefined) return replay.answer(url.searchParams, response);
    }
    const message = `There is no ${request.method} ${url.pathname} here.`;
    return send(response, { status: 404, json: { error: 'NotFound', message } });
  };

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      const status = error instanceof RequestError ? error.status : 500;
      const name = error instanceof RequestError ? error.name : 'InternalError';
      send(response, { status, json: { error: name, message: String(error) } });
    });
  });
  if (replay !== undefined) {
    const timer = setInterval(() => replay.deliverDue(), LABEL_INTERVAL_MS).unref();
    server.on('close', () => clearInterval(timer));
  }
  return server;
}
