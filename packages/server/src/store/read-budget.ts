import { totalmem } from 'node:os';
import { PromQLError } from '@bellwether/promql';
import { clickHouseCode } from './trouble/refusal.ts';

const MIB = 2 ** 20;
/** Nobody waits longer for one statement of the many that a question may take; who gave up does not end it. */
const MOST_SECONDS = 120;
/** What ClickHouse may hold for one statement: much less than there is, as others run beside it. */
const MOST_MEMORY = Math.round(Math.min(4096 * MIB, Math.max(512 * MIB, totalmem() / 4)));
/** What an answer of rows may be, which become objects here that take several times as much. */
export const MOST_ROWS_BYTES = 256 * MIB;
/** What an answer of columns may be, which stay as they are. */
export const MOST_COLUMNS_BYTES = 1024 * MIB;

/** The end of a statement that reads for somebody who asked: what it may take. */
export function readBudget(answerBytes: number, more = ''): string {
  const own = more === '' ? '' : `${more}, `;
  return `SETTINGS ${own}max_execution_time = ${MOST_SECONDS}, max_memory_usage = ${MOST_MEMORY}, max_result_bytes = ${answerBytes}, result_overflow_mode = 'throw'`;
}

/** What to do about it, by ClickHouse's numbers. Source: ClickHouse, src/Common/ErrorCodes.cpp. */
const SPENT: Readonly<Record<string, string>> = {
  159: `reading the store took longer than ${MOST_SECONDS} seconds`,
  241: `reading the store would take more than ${Math.round(MOST_MEMORY / MIB)} MiB of memory`,
  396: 'the answer of the store would be too large',
};

/**
 * What `read` gives, which reads within a budget.
 * @throws PromQLError where that is spent
 */
export async function withinBudget<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const spent = SPENT[clickHouseCode(error) ?? ''];
    if (spent === undefined) throw error;
    throw new PromQLError(
      'execution',
      `${spent}: ask for a shorter time, or for less of what there is`,
    );
  }
}
