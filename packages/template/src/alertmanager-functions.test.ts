import { describe, expect, it } from 'vitest';
import { alertmanagerFunctions } from './alertmanager-functions.ts';
import { compile } from './compile.ts';
import { GoDuration } from './go-duration.ts';
import { GoTime } from './go-time.ts';
import { list, struct } from './values.ts';

const functions = alertmanagerFunctions({ now: Date.UTC(2024, 0, 15, 12, 0, 0) });
const run = (text: string, data?: unknown): string =>
  compile(text, { name: 't', functions, missingKey: 'zero' }).execute(data);

// A moment with every part different: Monday 15 January 2024, 10:04:05.678 UTC.
const time = new GoTime(Date.UTC(2024, 0, 15, 10, 4, 5, 678));

describe('texts', () => {
  it.each([
    ['{{ "hello WORLD" | title }}', 'Hello World'],
    ['{{ "  x " | trimSpace }}|', 'x|'],
    ['{{ stringSlice "a" "b" "c" | join ", " }}', 'a, b, c'],
    ['{{ "a%20b+c%C3%A9" | urlUnescape }}', 'a b cé'],
    ['{{ reReplaceAll "(\\\\w+)@.*" "$1" "me@host" }} {{ match "^a" "abc" }}', 'me true'],
    [
      '{{ toJson (dict "b" 1 "a" (list "<x>" true nil 1.5)) }}',
      '{"a":["\\u003cx\\u003e",true,null,1.5],"b":1}',
    ],
    ['{{ len (append (list 1) 2 3) }}', '3'],
  ])('%s', (text, expected) => {
    expect(run(text)).toBe(expected);
  });

  it('an address that cannot be unescaped is an error', () => {
    expect(() => run('{{ urlUnescape "%zz" }}')).toThrow('invalid URL escape "%zz"');
  });
});

// Layouts and their meaning: documentation of Go's time package.
describe('times', () => {
  it.each([
    ['2006-01-02T15:04:05Z07:00', '2024-01-15T10:04:05Z'],
    ['Mon Jan _2 15:04:05 2006', 'Mon Jan 15 10:04:05 2024'],
    ['Monday, 02-Jan-06 15:04:05 MST', 'Monday, 15-Jan-24 10:04:05 UTC'],
    ['Mon, 02 Jan 2006 15:04:05 -0700', 'Mon, 15 Jan 2024 10:04:05 +0000'],
    ['3:04PM', '10:04AM'],
    ['1/2/06 03:4:5pm .000 .999999 002', '1/15/24 10:4:5am .678 .678 015'],
    ['January', 'January'],
  ])('date %j', (layout, expected) => {
    expect(run(`{{ . | date ${JSON.stringify(layout)} }}`, time)).toBe(expected);
    expect(run(`{{ .Format ${JSON.stringify(layout)} }}`, time)).toBe(expected);
  });

  it('are shown in a zone, with its abbreviation and summer time', () => {
    const text =
      '{{ . | tz "Europe/Paris" | date "15:04 MST -0700" }} {{ . | tz "America/New_York" | date "15:04 MST" }}';
    expect(run(text, time)).toBe('11:04 CET +0100 05:04 EST');
    expect(run(text, new GoTime(Date.UTC(2024, 6, 15, 10, 4)))).toBe('12:04 CEST +0200 06:04 EDT');
    expect(() => run('{{ . | tz "Nowhere" }}', time)).toThrow('unknown time zone Nowhere');
  });

  it('print as Go prints them', () => {
    expect(run('{{ . }}', time)).toBe('2024-01-15 10:04:05.678 +0000 UTC');
    expect(run('{{ .Year }} {{ .Month }} {{ .Weekday }} {{ .Unix }} {{ .IsZero }}', time)).toBe(
      '2024 January Monday 1705313045 false',
    );
    expect(run('{{ toJson . }}', time)).toBe('"2024-01-15T10:04:05.678Z"');
    expect(run('{{ . }} {{ .IsZero }}', new GoTime())).toBe('0001-01-01 00:00:00 +0000 UTC true');
  });

  it('have a distance', () => {
    expect(run('{{ since . }} {{ since . | humanizeDuration }}', time)).toBe(
      '1h55m54.322s 1h 55m 54s',
    );
    expect(run('{{ . }}', new GoDuration(1500))).toBe('1.5s');
    expect(run('{{ . }}', new GoDuration(0))).toBe('0s');
    expect(run('{{ . }}', new GoDuration(0.25))).toBe('250µs');
  });
});

describe('a notification', () => {
  it('reads as the documents write theirs', () => {
    const alert = (status: string, summary: string): object =>
      struct('template.Alert', {
        Status: status,
        Labels: { alertname: 'A' },
        Annotations: { summary },
      });
    const all = [alert('firing', 'one'), alert('resolved', 'two')];
    const data = struct('template.Data', {
      Alerts: list(all, { Firing: () => [all[0]], Resolved: () => [all[1]] }),
      GroupLabels: { alertname: 'A' },
    });
    expect(run('{{ range .Alerts }}{{ .Annotations.summary }}\n{{ end }}', data)).toBe(
      'one\ntwo\n',
    );
    expect(run('Alert: {{ .GroupLabels.alertname }} ({{ len .Alerts.Firing }})', data)).toBe(
      'Alert: A (1)',
    );
  });
});
