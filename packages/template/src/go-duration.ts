import { formatFloat } from './format-float.ts';
import { type Methods, methods, typeName } from './values.ts';

/** A span of time as templates see it: Go's time.Duration, to the millisecond. */
export class GoDuration {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  get [typeName](): string {
    return 'time.Duration';
  }

  get [methods](): Methods {
    return {
      String: () => this.toString(),
      Seconds: () => this.ms / 1000,
      Minutes: () => this.ms / 60_000,
      Hours: () => this.ms / 3_600_000,
      Milliseconds: () => BigInt(Math.trunc(this.ms)),
      Abs: () => new GoDuration(Math.abs(this.ms)),
      Round: (unit) => new GoDuration(nearest(this.ms, unit)),
      Truncate: (unit) => new GoDuration(this.ms - (this.ms % durationMs(unit))),
    };
  }

  /** As Go writes it: `1h2m3.5s`, `250ms`, `0s`. */
  toString(): string {
    const size = Math.abs(this.ms);
    const sign = this.ms < 0 ? '-' : '';
    if (size === 0) return '0s';
    if (size < 1000) {
      // Go names the smaller units too, down to whole nanoseconds.
      const [scale, unit] = size >= 1 ? [1, 'ms'] : size >= 0.001 ? [1e3, 'µs'] : [1e6, 'ns'];
      return `${sign}${formatFloat(Math.round(size * 1e6) / (1e6 / scale), 'f', -1)}${unit}`;
    }
    const seconds = formatFloat((size % 60_000) / 1000, 'f', -1);
    const minutes = Math.floor(size / 60_000);
    const hours = Math.floor(minutes / 60);
    if (minutes === 0) return `${sign}${seconds}s`;
    if (hours === 0) return `${sign}${minutes}m${seconds}s`;
    return `${sign}${hours}h${minutes % 60}m${seconds}s`;
  }
}

function durationMs(value: unknown): number {
  if (value instanceof GoDuration && value.ms > 0) return value.ms;
  throw new Error('expected a positive time.Duration');
}

function nearest(ms: number, unit: unknown): number {
  const step = durationMs(unit);
  return Math.sign(ms) * Math.round(Math.abs(ms) / step) * step;
}
