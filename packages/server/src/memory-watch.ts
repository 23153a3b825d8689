import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Logger } from './log.ts';

/** What has to be left for what comes and goes. */
const SPARE_SHARE = 0.15;
const SPARE_BYTES = 40 * 2 ** 20;
const LOOK_EVERY_MS = 50;
/** A full collection of a large heap takes seconds; who asks is not to wait for one more often than once in ten times that. */
const COLLECTING_SHARE = 10;
const SAY_EVERY_MS = 60_000;
/** What V8 adds to `--max-old-space-size` for what is young; nothing of it is left to what stays. */
const YOUNG_BYTES = 48 * 2 ** 20;
const MAJOR = constants.NODE_PERFORMANCE_GC_MAJOR;

/** How much of V8's heap is in use, as of its last full collection: what is garbage does not count. */
export class MemoryWatch {
  readonly #log: Logger;
  readonly #observer: PerformanceObserver;
  #full = false;
  #collectAt = 0;
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

  /** Whether the heap has no room for more than what comes and goes. */
  get nearlyFull(): boolean {
    if (performance.now() - this.#lookedAt < LOOK_EVERY_MS) return this.#full;
    // What is garbage already counts here, so this says for sure only that there is room.
    this.#lookedAt = performance.now();
    const { used_heap_size: used } = getHeapStatistics();
    if (used <= mostBytes()) this.#full = false;
    else if (performance.now() >= this.#collectAt) {
      const began = performance.now();
      collect();
      this.#look();
      this.#collectAt = performance.now() + COLLECTING_SHARE * (performance.now() - began);
    }
    return this.#full;
  }

  stop(): void {
    this.#observer.disconnect();
  }

  /** Right after a full collection. */
  #look(): void {
    const { used_heap_size: used } = getHeapStatistics();
    this.#lookedAt = performance.now();
    this.#full = used > mostBytes();
    if (!this.#full || performance.now() - this.#saidAt < SAY_EVERY_MS) return;
    this.#saidAt = performance.now();
    this.#log.error(
      `memory is nearly full: ${megabytes(used)} of the ${megabytes(limitBytes())} MB that V8 may use; when it is full this process ends. ` +
        'Have it hold less (storage.max_series, storage.head, query.max_samples), or allow more (NODE_OPTIONS=--max-old-space-size=MB)',
    );
  }
}

/** What `--max-old-space-size` says, or V8 by itself. */
function limitBytes(): number {
  return getHeapStatistics().heap_size_limit - YOUNG_BYTES;
}

/** From here on V8 does little but collect, and soon ends the process. */
function mostBytes(): number {
  const limit = limitBytes();
  return limit - Math.max(SPARE_SHARE * limit, SPARE_BYTES);
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
