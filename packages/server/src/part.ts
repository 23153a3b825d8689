import type { FastifyInstance } from 'fastify';
import type { LoadedConfig } from './config/load.ts';

/**
 * Something that runs beside the others: it scrapes, evaluates, rolls up, listens. A capability is one of these;
 * `compose.ts` has the list of them in the order of the flow.
 */
export interface Part {
  /** As logs and errors call it, like `rollups`. */
  readonly name: string;
  /** Begins, once all parts before it in the flow have. */
  start?(): Promise<void>;
  /**
   * Looks whether it could go on with another configuration, and changes nothing yet. What it gives takes the
   * configuration up; that is called once all parts have said yes.
   * @throws BellwetherError It cannot, and why.
   */
  reload?(next: LoadedConfig): Promise<() => Promise<void>>;
  /** Ends, once all parts behind it in the flow have. Also called where it never started. */
  stop?(): Promise<void>;
  /** What keeps it from doing its work, with what to do about it; null when nothing does. */
  trouble?(): string | null;
  /** Registers what it answers over HTTP. */
  routes?(app: FastifyInstance): Promise<void>;
}

/** A part that does nothing but answer. */
export function routesPart<Options extends object>(
  name: string,
  plugin: (app: FastifyInstance, options: Options) => Promise<void>,
  options: Options & { readonly prefix?: string },
): Part {
  return {
    name,
    async routes(app) {
      await app.register(plugin, options);
    },
  };
}
