import type { Clocks } from '../clock/jump-meter.ts';

/** A pair of clocks, of which the time of day can be set. */
export class SetClock implements Clocks {
  #wall: number;
  #monotonic = 5000;

  constructor(wall: number) {
    this.#wall = wall;
  }

  readonly wall = (): number => this.#wall;
  readonly monotonic = (): number => this.#monotonic;

  pass(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }

  set(byMs: number): void {
    this.#wall += byMs;
  }
}
