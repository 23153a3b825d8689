import { describe, expect, it } from 'vitest';
import { missingWithin } from './missing.ts';

const noon = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
const part = (table: string, day: number | null) => ({ table, name: 'a', day });

describe('what queries are warned of', () => {
  const setAside = [
    part('samples', Date.UTC(2026, 10, 23)),
    part('samples_by_hours', Date.UTC(2026, 10, 23)),
    part('samples', Date.UTC(2026, 10, 20)),
    part('samples_by_hours', Date.UTC(2026, 10, 21)),
    part('prediction_events', Date.UTC(2026, 10, 23)),
  ];

  it('is each day that they touch and that lost samples, once', () => {
    expect(missingWithin(setAside, { from: noon - 5 * 24 * HOUR, to: noon })).toEqual([
      expect.stringContaining('samples of 2026-11-20 may be missing'),
      expect.stringContaining('samples of 2026-11-21 may be missing'),
      expect.stringContaining('samples of 2026-11-23 may be missing'),
    ]);
    expect(missingWithin(setAside, { from: noon - HOUR, to: noon })).toHaveLength(1);
  });

  it('is nothing on days that are whole', () => {
    const before = Date.UTC(2026, 10, 22, 23, 59, 59, 999);
    expect(missingWithin(setAside, { from: before - HOUR, to: before })).toEqual([]);
    expect(missingWithin([], { from: 0, to: noon })).toEqual([]);
  });

  it('is always the loss of labels from both their tables, as nobody knows whose they were', () => {
    const all = { from: 0, to: 1 };
    expect(missingWithin([part('series', null), part('series_copy', null)], all)).toEqual([
      expect.stringContaining('series may be missing'),
    ]);
    expect(missingWithin([part('series', null)], all)).toEqual([]);
    expect(missingWithin([part('series_copy', null), part('series_copy', null)], all)).toEqual([]);
  });
});
