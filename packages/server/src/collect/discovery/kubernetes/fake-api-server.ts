import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** For tests: an object as `kubectl get -o yaml` prints it. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

interface Watcher {
  readonly response: ServerResponse;
  readonly wants: (object: ApiObject) => boolean;
}

const PATH = /^\/(?:api\/v1|apis\/[^/]+\/v1)\/(?:namespaces\/([^/]+)\/)?([a-z]+)$/;

/** For tests: the list and watch part of a Kubernetes API server, over real HTTP, as its "API concepts" page has it. */
export class FakeApiServer {
  /** Bearer token that requests must carry; null lets everyone in. */
  token: string | null = null;
  /** Paths and queries that were asked for, watches included. */
  readonly asked: string[] = [];
  readonly #objects = new Map<string, Map<string, ApiObject>>();
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #history: { version: number; plural: string; type: string; object: ApiObject }[] = [];
  #version = 100;
  #oldest = 0;
  #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeApiServer> {
    const server = createServer((request, response) => fake.#answer(request, response));
    const fake = new FakeApiServer(server);
    await fake.listen(0);
    return fake;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  put(plural: string, object: ApiObject): void {
    const all = this.#objects.get(plural) ?? new Map<string, ApiObject>();
    this.#objects.set(plural, all);
    const known = all.has(keyOf(object));
    const stored = this.#versioned(object);
    all.set(keyOf(object), stored);
    this.#tell(plural, known ? 'MODIFIED' : 'ADDED', stored);
  }

  remove(plural: string, object: ApiObject): void {
    this.#objects.get(plural)?.delete(keyOf(object));
    this.#tell(plural, 'DELETED', this.#versioned(object));
  }

  /** Ends all watches, as a server does every few minutes anyway. */
  cutWatches(): void {
    for (const watchers of this.#watchers.values()) {
      for (const { response } of watchers) response.end();
      watchers.clear();
    }
  }

  /** Forgets past versions, so that watches from before are answered 410 Gone. */
  forgetHistory(): void {
    this.#oldest = this.#version;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://fake');
    this.asked.push(url.pathname + url.search);
    if (this.token !== null && request.headers.authorization !== `Bearer ${this.token}`) {
      refuse(response, 401, 'Unauthorized');
      return;
    }
    const [, namespace, plural = ''] = PATH.exec(url.pathname) ?? [];
    if (plural === '') {
      refuse(response, 404, 'the server could not find the resource');
      return;
    }
    const wants = (object: ApiObject): boolean =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      selects(url.searchParams.get('labelSelector'), (key) => object.metadata.labels?.[key]) &&
      selects(url.searchParams.get('fieldSelector'), (key) =>
        key === 'metadata.name' ? object.metadata.name : undefined,
      );
    response.setHeader('content-type', 'application/json');
    if (url.searchParams.get('watch') === 'true') {
      const from = Number(url.searchParams.get('resourceVersion'));
      if (from < this.#oldest) {
        refuse(response, 410, `too old resource version: ${from}`);
        return;
      }
      response.flushHeaders();
      const watcher = { response, wants };
      const watchers = this.#watchers.get(plural) ?? new Set<Watcher>();
      this.#watchers.set(plural, watchers.add(watcher));
      response.on('close', () => watchers.delete(watcher));
      for (const event of this.#history)
        if (event.plural === plural && event.version > from)
          send(watcher, event.type, event.object);
      return;
    }
    const items = [...(this.#objects.get(plural)?.values() ?? [])].filter(wants);
    const metadata = { resourceVersion: String(this.#version) };
    response.end(JSON.stringify({ kind: 'List', apiVersion: 'v1', metadata, items }));
  }

  #versioned(object: ApiObject): ApiObject {
    const metadata = { ...object.metadata, resourceVersion: String(++this.#version) };
    return { ...object, metadata };
  }

  #tell(plural: string, type: string, object: ApiObject): void {
    this.#history.push({ version: this.#version, plural, type, object });
    for (const watcher of this.#watchers.get(plural) ?? []) send(watcher, type, object);
  }
}

function send({ response, wants }: Watcher, type: string, object: ApiObject): void {
  if (wants(object)) response.write(`${JSON.stringify({ type, object })}\n`);
}

function refuse(response: ServerResponse, code: number, message: string): void {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code };
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(status));
}

function selects(selector: string | null, read: (key: string) => string | undefined): boolean {
  return (selector ?? '')
    .split(',')
    .filter((term) => term !== '')
    .every((term) => {
      const [key = '', value] = term.split('=');
      return read(key) === value;
    });
}

function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
