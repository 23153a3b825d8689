import { ClickHouseError } from '@clickhouse/client';
import { expect, it } from 'vitest';
import { damagedPart } from './repairing-connection.ts';

/** As chDB 26.7 says it. */
const SAID =
  "Checksum doesn't match: corrupted data. Reference: 0991. Actual: f291. Size of compressed block: 47276: While reading or decompressing /data/store/a55/a55e73cd-fb67-443f-a3e4-babf28866ee2/20260102_2_2_0/data.bin (position: 80528): (while reading column a): (while reading from part /data/store/a55/a55e73cd-fb67-443f-a3e4-babf28866ee2/20260102_2_2_0/ in table bellwether.samples (a55e73cd-fb67-443f-a3e4-babf28866ee2) located on disk default of type local, from mark 1 with max_rows_to_read = 20000, offset = 0): While reading part 20260102_2_2_0: While executing MergeTreeSelect. ";

it.each([
  ['CHECKSUM_DOESNT_MATCH', '40', SAID],
  [
    'FILE_DOESNT_EXIST',
    '107',
    SAID.replace(/^.*?decompressing/, 'No such file').replace('/data/store', 'store'),
  ],
])('reads out of %s which part of which table is damaged', (type, code, message) => {
  expect(damagedPart(new ClickHouseError({ message, code, type }))).toEqual({
    tableId: 'a55e73cd-fb67-443f-a3e4-babf28866ee2',
    name: '20260102_2_2_0',
  });
});

it('knows a part by the hours that it holds', () => {
  const message = SAID.replaceAll('20260102_2_2_0', '20260102-5_2_2_0');
  expect(
    damagedPart(new ClickHouseError({ message, code: '40', type: 'CHECKSUM_DOESNT_MATCH' })),
  ).toMatchObject({ name: '20260102-5_2_2_0' });
});

it('does not take every error of a read for damage', () => {
  const message = SAID.replace(/^Checksum.*?: While/, 'Memory limit exceeded: While');
  expect(
    damagedPart(new ClickHouseError({ message, code: '241', type: 'MEMORY_LIMIT_EXCEEDED' })),
  ).toBeNull();
});
