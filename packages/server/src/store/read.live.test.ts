import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickHouses, type OpenedClickHouse } from '../testing/clickhouses.ts';
import { readColumns, readObjects, readRows } from './read.ts';

describe.each(clickHouses)('reading from $name ClickHouse', ({ open }) => {
  let opened: OpenedClickHouse;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());

  it('gives rows, objects and columns', async () => {
    const statement = { query: 'SELECT 1 AS a, {b:String} AS b', params: { b: "it's" } };
    expect(await readRows(opened.client, statement)).toEqual([[1, "it's"]]);
    expect(await readObjects(opened.client, statement)).toEqual([{ a: 1, b: "it's" }]);
    expect(
      (await readColumns(opened.client, { query: 'SELECT 7::UInt64 AS a' })).toString('latin1'),
    ).toContain('UInt64\x07');
  });

  it('is ended where it would take more memory than one statement may, and says what helps', async () => {
    const reading = readRows(opened.client, {
      query: 'SELECT length(groupArray(number)) FROM numbers(2000000000)',
    });
    await expect(reading).rejects.toMatchObject({
      name: 'PromQLError',
      code: 'execution',
      message: expect.stringMatching(
        /^reading the store would take more than \d+ MiB of memory: ask for a shorter time/,
      ),
    });
  });

  it('is ended where the answer would be too large to hold', async () => {
    const reading = readRows(opened.client, {
      query: 'SELECT leftPad(toString(number), 1000) FROM numbers(1000000)',
    });
    await expect(reading.then((rows) => rows.length)).rejects.toThrow(
      'the answer of the store would be too large',
    );
    expect(await readRows(opened.client, { query: 'SELECT 1' })).toEqual([[1]]);
  });
});
