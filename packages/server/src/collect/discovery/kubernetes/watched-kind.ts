import {
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  ListWatch,
  Watch,
} from '@kubernetes/client-node';
import { messageOf } from '../../../errors.ts';
import { getJson } from './client.ts';

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;

export interface WatchedKindOptions {
  readonly config: KubeConfig;
  /** Of the collection, like `/api/v1/namespaces/default/pods`. */
  readonly path: string;
  readonly label?: string | undefined;
  readonly field?: string | undefined;
  readonly onChange: () => void;
  readonly onError: (message: string) => void;
}

/** The objects of one kind, kept up to date by listing once and watching from there; begins anew after every failure. */
export class WatchedKind<T extends KubernetesObject> {
  readonly #options: WatchedKindOptions;
  readonly #informer: ListWatch<T>;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #stopped = false;
  #synced = false;
  #settle: () => void = () => undefined;

  constructor(options: WatchedKindOptions) {
    const { config, path, label, field, onChange } = options;
    this.#options = options;
    this.#informer = new ListWatch<T>(
      path,
      new CarefulWatch(config),
      () => this.#list(),
      false,
      label,
      field,
    );
    this.#informer.on('change', () => {
      this.#retryMs = FIRST_RETRY_MS;
      onChange();
    });
    this.#informer.on('error', (error: unknown) => this.#failed(error));
  }

  /** Whether everything was listed once; what is watched before that is only a part. */
  get synced(): boolean {
    return this.#synced;
  }

  get objects(): readonly T[] {
    return this.#informer.list();
  }

  get(namespace: string, name: string): T | undefined {
    return this.#informer.get(name, namespace);
  }

  /** Resolves when the objects are listed, or could not be. */
  start(): Promise<void> {
    const settled = new Promise<void>((resolve) => {
      this.#settle = resolve;
    });
    this.#begin();
    return settled;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#settle();
    await this.#informer.stop();
  }

  #begin(): void {
    this.#informer.start().catch((error: unknown) => this.#failed(error));
  }

  async #list(): Promise<KubernetesListObject<T>> {
    const { config, path, label, field } = this.#options;
    // Version 0 lets the server answer from its cache, as Prometheus asks for it too.
    const query = new URLSearchParams({ resourceVersion: '0' });
    if (label !== undefined) query.set('labelSelector', label);
    if (field !== undefined) query.set('fieldSelector', field);
    const list = (await getJson(config, `${path}?${query}`)) as KubernetesListObject<T>;
    // The informer takes the items over once this has returned.
    setImmediate(() => {
      this.#synced = true;
      this.#retryMs = FIRST_RETRY_MS;
      this.#settle();
      this.#options.onChange();
    });
    return list;
  }

  #failed(error: unknown): void {
    if (this.#stopped) return;
    this.#options.onError(`${this.#options.path}: ${messageOf(error)}`);
    this.#settle();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#begin(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }
}

/** A watch that says through `done` also that it could not begin, as when a token file cannot be read just now. */
class CarefulWatch extends Watch {
  override async watch(...args: Parameters<Watch['watch']>): Promise<AbortController> {
    const done = args[3];
    try {
      return await super.watch(...args);
    } catch (error) {
      done(error);
      return new AbortController();
    }
  }
}
