import { ClickHouseError } from '@clickhouse/client';
import { expect, it } from 'vitest';
import { damagedPart } from './repairing-connection.ts';

/** As chDB 26.7 says it. */
const SAID =
  "Checksum doesn't match: corrupted data. Reference: 0991. Actual: f291. Size of compressed block: 47276: While reading or decompressing /data/store/a55/a55e73cd-fb67-443f-a3e4-babf28866ee2/20260102_2_2_0/data.bin (position: 80528): (while reading column a): (while reading from part /data/store/a55/a55e73cd-fb67-443f-a3e4-babf28866ee2/20260102_2_2_0/ in table bellwether.samples (a55e73cd-fb67-443f-a3e4-babf28866ee2) located on disk default of type local, from mark 1 with max_rows_to_read = 20000, offset = 0): While reading part 20260102_2_2_0: While executing MergeTreeSelect. ";

it('reads out of the error which part of which table is damaged', () => {
  const error = new ClickHouseError({ message: SAID, code: '40', type: 'CHECKSUM_DOESNT_MATCH' });
  expect(damagedPart(error)).toEqual({ table: 'bellwether.samples', name: '20260102_2_2_0' });
});

it('keeps its hands off tables that are not ours, and off other errors', () => {
  const foreign = SAID.replace('bellwether.samples', 'shop.orders');
  expect(
    damagedPart(
      new ClickHouseError({ message: foreign, code: '40', type: 'CHECKSUM_DOESNT_MATCH' }),
    ),
  ).toBeNull();
  const memory = SAID.replace(/^Checksum.*?: While/, 'Memory limit exceeded: While');
  expect(
    damagedPart(
      new ClickHouseError({ message: memory, code: '241', type: 'MEMORY_LIMIT_EXCEEDED' }),
    ),
  ).toBeNull();
});
