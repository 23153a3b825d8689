import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Logger } from './log.ts';

/** From here on V8 does little but collect, and soon ends the process. */
const NEARLY_FULL = 0.85;
/** A full collection of a large heap takes seconds. */
const COLLECT_EVERY_MS = 30_000;
const SAY_EVERY_MS = 60_000;
/** What V8 adds to `--max-old-space-size` for what is young; nothing of it is left to what stays. */
const YOUNG_BYTES = 48 * 2 ** 20;
const MAJOR = constants.NODE_PERFORMANCE_GC_MAJOR;

/** How much of V8's heap is in use, as of its last full collection: what is garbage does not count. */
export class MemoryWatch {
  readonly #log: Logger;
  readonly #observer: PerformanceObserver;
  #used = 0;
  #lookedAt = -Infinity;
  #saidAt = -Infinity;

  constructor(log: Logger) {
    this.#log = log;
    this.#observer = new PerformanceObserver((list) => {
      const full = list.getEntries().some((entry) => kindOf(entry) === MAJOR);
      if (full) this.#look();
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Whether the heap has no room for more than what comes and goes. Who asks learns soon that there is room again. */
  get nearlyFull(): boolean {
    if (this.#used > NEARLY_FULL && performance.now() - this.#lookedAt > COLLECT_EVERY_MS) {
      // Who hardly allocates is hardly collected, and what was given up would count for ever.
      collect();
      this.#look();
    }
    return this.#used > NEARLY_FULL;
  }

  stop(): void {
    this.#observer.disconnect();
  }

  #look(): void {
    const { used_heap_size: used, heap_size_limit: whole } = getHeapStatistics();
    const limit = whole - YOUNG_BYTES;
    this.#used = used / limit;
    this.#lookedAt = performance.now();
    if (this.#used <= NEARLY_FULL || performance.now() - this.#saidAt < SAY_EVERY_MS) return;
    this.#saidAt = performance.now();
    this.#log.error(
      `memory is nearly full: ${megabytes(used)} of the ${megabytes(limit)} MB that V8 may use; when it is full this process ends. ` +
        'Have it hold less (storage.max_series, storage.head, query.max_samples), or allow more (NODE_OPTIONS=--max-old-space-size=MB)',
    );
  }
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

function kindOf(entry: PerformanceEntry): number | undefined {
  return (entry as { readonly detail?: { readonly kind?: number } }).detail?.kind;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
