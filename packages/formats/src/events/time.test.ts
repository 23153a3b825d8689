import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from './time.ts';

describe('the time of an event', () => {
  // The examples of RFC 3339, section 5.8, but for the leap seconds; expected values by `date -u -d … +%s%3N`.
  it.each([
    ['1985-04-12T23:20:50.52Z', 482_196_050_520],
    ['1996-12-19T16:39:57-08:00', 851_042_397_000],
    ['1937-01-01T12:00:27.87+00:20', -1_041_337_172_130],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000],
    ['2026-11-23T05:20:00.123999999Z', 1_795_411_200_123],
  ])('%s is %i', (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  it.each([
    ['1990-12-31T23:59:60Z', 'a leap second'],
    ['2026-02-29T00:00:00Z', 'a day that is not'],
    ['2026-04-31T00:00:00Z', 'a day that is not'],
    ['2026-13-01T00:00:00Z', 'a month that is not'],
    ['2026-01-01T24:00:00Z', 'an hour that is not'],
    ['2026-01-01T00:00:00', 'no offset'],
    ['2026-01-01T00:00:00+0100', 'an offset without a colon'],
    ['2026-01-01T00:00:00+24:00', 'an offset of a day'],
    ['2026-01-01 00:00:00Z', 'a blank instead of T'],
    ['2026-01-01T00:00:00.Z', 'no digit behind the point'],
    ['2026-01-01T00:00:00Zz', 'something behind it'],
    ['2026-1-1T00:00:00Z', 'single digits'],
    ['1700000000', 'a number as text'],
    ['', 'nothing'],
  ])('%s is none: %s', (text) => {
    expect(parseTime(text)).toBeNaN();
  });

  it('is the same moment however many digits it is written with', () => {
    const day = Date.UTC(2026, 0, 1);
    for (let ms = 0; ms < 1000; ms++)
      for (const more of ['', '0', '9', '0000', '999999', '000000000', '0'.repeat(30)])
        expect(parseTime(`2026-01-01T00:00:00.${String(ms).padStart(3, '0')}${more}Z`)).toBe(
          day + ms,
        );
    expect(parseTime('2026-01-01T00:00:00.5Z')).toBe(day + 500);
    expect(parseTime('2026-01-01T00:00:00.05Z')).toBe(day + 50);
  });

  it('may be a number of Unix seconds, and nothing else', () => {
    expect(parseTime(1_795_411_200.123)).toBe(1_795_411_200_123);
    for (const other of [null, true, {}, [], Number.NaN, 1e300, -1e300, Infinity, 8.64e12 + 1])
      expect(parseTime(other)).toBeNaN();
  });

  it('is what Date makes of it, for every moment that Date can print', () => {
    const years = { min: new Date('0100-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z') };
    fc.assert(
      fc.property(fc.date({ ...years, noInvalidDate: true }), (date) => {
        expect(parseTime(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});
