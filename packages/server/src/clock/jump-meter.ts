import type { Millis } from '@bellwether/promql';

/** What two readings may differ by before it is a jump: rounding, and what lies between the two. */
const TOLERANCE_MS = 1000;

/** The time of day, and a clock that nobody sets and that only tells how much time has passed. Both in milliseconds. */
export interface Clocks {
  readonly wall: () => Millis;
  readonly monotonic: () => number;
}

export const SYSTEM_CLOCKS: Clocks = { wall: Date.now, monotonic: () => performance.now() };

/**
 * Tells that the time of day was set, or went on while the machine slept. A clock that is brought to the right time
 * little by little does not jump.
 */
export class JumpMeter {
  readonly #clocks: Clocks;
  #apart: number;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#apart = this.#read();
  }

  /** How far the time of day has jumped since this was asked last, below 0 for back; 0: not at all. */
  take(): Millis {
    const apart = this.#read();
    const jump = apart - this.#apart;
    this.#apart = apart;
    return Math.abs(jump) < TOLERANCE_MS ? 0 : Math.round(jump);
  }

  #read(): number {
    return this.#clocks.wall() - this.#clocks.monotonic();
  }
}
