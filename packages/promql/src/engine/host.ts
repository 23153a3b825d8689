import type { Host } from './budget.ts';

/* The few globals that Node, Deno, workers and browsers share but the language does not define. */
interface Globals {
  readonly performance?: { now(): number };
  readonly setImmediate?: (run: () => void) => unknown;
  readonly setTimeout?: (run: () => void, ms: number) => unknown;
  readonly MessageChannel?: new () => {
    readonly port1: { onmessage: (() => void) | null; close(): void };
    readonly port2: { postMessage(message: unknown): void };
  };
}

const globals = globalThis as unknown as Globals;

/** The clock and event loop of whatever runs this package. */
export const defaultHost: Host = {
  now: () => globals.performance?.now() ?? Date.now(),
  pause: () =>
    new Promise((resolve) => {
      const { setImmediate, MessageChannel, setTimeout } = globals;
      if (setImmediate !== undefined) {
        setImmediate(resolve);
      } else if (MessageChannel !== undefined) {
        // Timers of browsers wait 4 ms once nested; a message does not.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          channel.port1.close();
          resolve();
        };
        channel.port2.postMessage(undefined);
      } else if (setTimeout !== undefined) {
        setTimeout(resolve, 0);
      } else {
        resolve();
      }
    }),
};
