import type { FastifyInstance } from 'fastify';
import type { LoadedConfig } from './config/load.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './log.ts';
import type { Part } from './part.ts';

/** Parts in the order of the flow: started from first to last, stopped from last to first, asked before any changes. */
export class PartList {
  readonly #parts: readonly Part[];
  readonly #log: Logger;

  constructor(parts: readonly Part[], log: Logger) {
    this.#parts = parts;
    this.#log = log;
  }

  /** @throws What a part threw; then all of them are stopped. */
  async start(): Promise<void> {
    try {
      for (const part of this.#parts) await part.start?.();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops every part, also where one before it could not. */
  async stop(): Promise<void> {
    for (const part of this.#parts.toReversed())
      try {
        await part.stop?.();
      } catch (error) {
        this.#log.error(
          { part: part.name, error: messageOf(error) },
          'a part did not stop in order',
        );
      }
  }

  /** @throws What a part threw that cannot go on with it; then nothing has changed. */
  async reload(next: LoadedConfig): Promise<void> {
    const changes: (() => Promise<void>)[] = [];
    for (const part of this.#parts) {
      const change = await part.reload?.(next);
      if (change !== undefined) changes.push(change);
    }
    for (const change of changes) await change();
  }

  /** What keeps parts from their work, a line each; null when nothing does. */
  trouble(): string | null {
    const lines = this.#parts.flatMap((part) => part.trouble?.() ?? []);
    return lines.length === 0 ? null : lines.join('\n');
  }

  async routes(app: FastifyInstance): Promise<void> {
    for (const part of this.#parts) await part.routes?.(app);
  }
}
