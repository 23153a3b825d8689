import { formatDuration } from '@bellwether/promql';
import type { Logger } from '../log.ts';
import type { Part } from '../part.ts';
import type { Telemetry } from '../telemetry.ts';
import { type Clocks, JumpMeter } from './jump-meter.ts';

const LOOK_EVERY_MS = 5000;

/** Says when the machine's clock has jumped: in the log, and by `bellwether_clock_jumps_total`. */
export class ClockWatch {
  readonly #meter: JumpMeter;
  readonly #log: Logger;
  #jumps = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(clocks: Clocks, log: Logger) {
    this.#meter = new JumpMeter(clocks);
    this.#log = log;
  }

  /** Since the start. */
  get jumps(): number {
    return this.#jumps;
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  look(): void {
    const jump = this.#meter.take();
    if (jump === 0) return;
    this.#jumps++;
    const by = formatDuration(Math.abs(jump));
    this.#log.warn(
      { jumpMs: jump },
      jump < 0
        ? `the clock was set back by ${by}: scrapes and rules go on with the new time; what they write within storage.out_of_order_time_window is put between the samples that are there`
        : `the clock was set ahead by ${by}, or the machine slept: scrapes and rules go on with the new time`,
    );
  }
}

export function clockPart(clocks: Clocks, telemetry: Telemetry, log: Logger): Part {
  const watch = new ClockWatch(clocks, log);
  telemetry.counter(
    'bellwether_clock_jumps_total',
    "Times that the machine's clock was set by a second or more, or went on while it slept.",
    () => watch.jumps,
  );
  return {
    name: 'clock',
    start: async () => watch.start(),
    stop: async () => watch.stop(),
  };
}
