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
    if (!Number.isFinite(this.ms * 1e6)) return `${formatFloat(this.ms / 1000, 'g', -1)}s`;
    const nanoseconds = this.nanoseconds();
    if (nanoseconds === 0n) return '0s';
    const sign = nanoseconds < 0n ? '-' : '';
    const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
    if (size < second) {
      // The smaller units are named too, down to whole nanoseconds.
      const [digits, unit] = size >= 1_000_000n ? [6, 'ms'] : size >= 1000n ? [3, 'µs'] : [0, 'ns'];
      return `${sign}${decimal(size, digits)}${unit}`;
    }
    const seconds = decimal(size % (60n * second), 9);
    const minutes = size / (60n * second);
    const hours = minutes / 60n;
    if (minutes === 0n) return `${sign}${seconds}s`;
    if (hours === 0n) return `${sign}${minutes}m${seconds}s`;
    return `${sign}${hours}h${minutes % 60n}m${seconds}s`;
  }

  /**
   * What Go counts: whole nanoseconds.
   * @throws RangeError for a duration that is no finite number
   */
  nanoseconds(): bigint {
    return BigInt(Math.round(this.ms * 1e6));
  }
}

const second = 1_000_000_000n;

/** A whole number whose last digits stand behind the point, without zeros at the end. */
function decimal(value: bigint, digits: number): string {
  const text = value.toString().padStart(digits + 1, '0');
  const point = text.length - digits;
  const fraction = text.slice(point).replace(/0+$/, '');
  return text.slice(0, point) + (fraction === '' ? '' : `.${fraction}`);
}

function durationMs(value: unknown): number {
  if (value instanceof GoDuration && value.ms > 0) return value.ms;
  throw new Error('expected a positive time.Duration');
}

function nearest(ms: number, unit: unknown): number {
  const step = durationMs(unit);
  return Math.sign(ms) * Math.round(Math.abs(ms) / step) * step;
}
