import { GoDuration } from './go-duration.ts';
import { dayNames, formatLayout, monthNames, type TimeParts } from './time-layout.ts';
import { type Methods, methods, typeName } from './values.ts';

/** Milliseconds of Go's zero time, 1 January of the year 1. */
const zeroMs = -62_135_596_800_000;

/** A moment as templates see it: Go's time.Time, to the millisecond, shown in a zone. */
export class GoTime {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly ms: number;
  /** Name of the IANA zone. */
  readonly zone: string;

  constructor(ms: number = zeroMs, zone = 'UTC') {
    this.ms = ms;
    this.zone = zone;
  }

  get [typeName](): string {
    return 'time.Time';
  }

  get [methods](): Methods {
    const parts = (): TimeParts => timeParts(this.ms, this.zone);
    const other = (value: unknown): number => {
      if (value instanceof GoTime) return value.ms;
      throw new Error('expected a time.Time');
    };
    const count = (value: number): bigint => BigInt(Math.floor(value));
    return {
      Format: (layout) => this.format(String(layout)),
      String: () => this.toString(),
      UTC: () => new GoTime(this.ms),
      Local: () => new GoTime(this.ms),
      Unix: () => count(this.ms / 1000),
      UnixMilli: () => count(this.ms),
      UnixNano: () => count(this.ms) * 1_000_000n,
      IsZero: () => this.ms === zeroMs,
      Before: (time) => this.ms < other(time),
      After: (time) => this.ms > other(time),
      Equal: (time) => this.ms === other(time),
      Sub: (time) => new GoDuration(this.ms - other(time)),
      Add: (duration) => {
        if (!(duration instanceof GoDuration)) throw new Error('expected a time.Duration');
        return new GoTime(this.ms + duration.ms, this.zone);
      },
      Year: () => BigInt(parts().year),
      Month: () => monthNames[parts().month - 1],
      Day: () => BigInt(parts().day),
      Hour: () => BigInt(parts().hour),
      Minute: () => BigInt(parts().minute),
      Second: () => BigInt(parts().second),
      Weekday: () => dayNames[parts().weekday],
      YearDay: () => BigInt(parts().yearDay),
    };
  }

  /** By a layout of Go's, an example of the reference time Mon Jan 2 15:04:05 MST 2006. */
  format(layout: string): string {
    return formatLayout(layout, timeParts(this.ms, this.zone));
  }

  /** As Go prints a time: `2015-06-23 13:19:44.128 +0000 UTC`. */
  toString(): string {
    return this.format('2006-01-02 15:04:05.999999999 -0700 MST');
  }

  /** As encoding/json writes it: RFC 3339 with the offset of the zone. */
  toJSON(): string {
    return this.format('2006-01-02T15:04:05.999999999Z07:00');
  }
}

function timeParts(ms: number, zone: string): TimeParts {
  const offsetMinutes = zone === 'UTC' ? 0 : zoneOffsetMinutes(ms, zone);
  const local = new Date(ms + offsetMinutes * 60_000);
  const startOfYear = new Date(0);
  startOfYear.setUTCFullYear(local.getUTCFullYear(), 0, 1);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    millisecond: local.getUTCMilliseconds(),
    weekday: local.getUTCDay(),
    yearDay: Math.floor((local.getTime() - startOfYear.getTime()) / 86_400_000) + 1,
    offsetMinutes,
    zone: zone === 'UTC' ? 'UTC' : zoneAbbreviation(ms, zone, offsetMinutes),
  };
}

const zoneName = (
  ms: number,
  zone: string,
  locale: string,
  style: 'short' | 'longOffset',
): string =>
  new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: style })
    .formatToParts(ms)
    .find((part) => part.type === 'timeZoneName')?.value ?? '';

function zoneOffsetMinutes(ms: number, zone: string): number {
  const match = /([+-])(\d{2}):(\d{2})/.exec(zoneName(ms, zone, 'en-US', 'longOffset'));
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** An abbreviation is only known to the locales that use it; where none does, Go shows the offset too. */
function zoneAbbreviation(ms: number, zone: string, offsetMinutes: number): string {
  for (const locale of ['en-US', 'en-GB', 'en-AU', 'en-IN']) {
    const name = zoneName(ms, zone, locale, 'short');
    if (/^[A-Z]+$/.test(name)) return name;
  }
  const size = Math.abs(offsetMinutes);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  const minutes = size % 60 === 0 ? '' : String(size % 60).padStart(2, '0');
  return `${offsetMinutes < 0 ? '-' : '+'}${hours}${minutes}`;
}
