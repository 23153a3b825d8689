import Fastify from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import type { Logger } from '../log.ts';
import { listen, warnWhereOpen } from './listen.ts';

async function warningsAt(address: string): Promise<string[]> {
  const app = Fastify();
  const warn = vi.fn<(line: string) => void>();
  await listen(app, address);
  warnWhereOpen(app, { warn } as unknown as Logger);
  await app.close();
  return warn.mock.calls.map(([line]) => line);
}

describe('what is said of the address that the server listens on', () => {
  it.each(['127.0.0.1:0', 'localhost:0', '[::1]:0'])('is nothing at %s', async (address) => {
    expect(await warningsAt(address)).toEqual([]);
  });

  it.each([
    ['0.0.0.0:0', /listening on 0\.0\.0\.0:\d+.*there is no access control/],
    [':0', /listening on 0\.0\.0\.0:\d+.*there is no access control/],
    ['[::]:0', /listening on \[::\]:\d+.*there is no access control/],
  ])('is a warning at %s', async (address, warning) => {
    expect(await warningsAt(address)).toEqual([expect.stringMatching(warning)]);
  });
});
