/** Where the engine gets time from and how it lets others run; both are the host's. */
export interface Host {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Resolves after other tasks of the event loop had their turn. */
  readonly pause: () => Promise<void>;
}

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

/**
 * Lets those who wait go on one after the other, each in a turn of the event loop of its own: however many queries run,
 * what else has to be done waits for one of them at most.
 *
 * @param soon runs something in the next turn
 */
export function inTurns(soon: (run: () => void) => void): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const turn = (): void => {
    const next = waiting.shift();
    if (waiting.length > 0) soon(turn);
    next?.();
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) soon(turn);
    });
}

function nextTurn(run: () => void): void {
  const { setImmediate, MessageChannel, setTimeout } = globals;
  if (setImmediate !== undefined) {
    setImmediate(run);
  } else if (MessageChannel !== undefined) {
    // Timers of browsers wait 4 ms once nested; a message does not.
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      run();
    };
    channel.port2.postMessage(undefined);
  } else if (setTimeout !== undefined) {
    setTimeout(run, 0);
  } else {
    run();
  }
}

/** The clock and event loop of whatever runs this package. */
export const defaultHost: Host = {
  now: () => globals.performance?.now() ?? Date.now(),
  pause: inTurns(nextTurn),
};
