import { afterEach, expect, test, vi } from 'vitest';
import { getJson } from './client.ts';

const answerWith = (response: () => Promise<Response>) => vi.stubGlobal('fetch', vi.fn(response));
const never = new AbortController().signal;

afterEach(() => {
  vi.unstubAllGlobals();
});

test('an answer comes with the clock of the server', async () => {
  answerWith(async () =>
    Response.json({ a: 1 }, { headers: { date: 'Sun, 22 Nov 2026 14:03:22 GMT' } }),
  );
  expect(await getJson('/x', never)).toEqual({
    body: { a: 1 },
    serverTime: Date.UTC(2026, 10, 22, 14, 3, 22),
  });
});

test('no connection is "unreachable"', async () => {
  answerWith(async () => {
    throw new TypeError('fetch failed');
  });
  await expect(getJson('/x', never)).rejects.toMatchObject({
    code: 'unreachable',
    message: 'The server cannot be reached.',
  });
});

test('a refused query carries the words of the server', async () => {
  const body = { status: 'error', errorType: 'bad_data', error: 'unknown function "raet"' };
  answerWith(async () => Response.json(body, { status: 400 }));
  await expect(getJson('/x', never)).rejects.toMatchObject({
    code: 'refused',
    message: 'unknown function "raet"',
  });
});

test('a proxy without a server behind it is "unavailable"', async () => {
  answerWith(async () => new Response('<html>Bad gateway</html>', { status: 502 }));
  await expect(getJson('/x', never)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a page where JSON was asked for is "malformed"', async () => {
  answerWith(async () => new Response('<html></html>'));
  await expect(getJson('/x', never)).rejects.toMatchObject({ code: 'malformed' });
});

test('an abort by the caller stays an abort', async () => {
  const controller = new AbortController();
  answerWith(async () => {
    controller.abort();
    throw new DOMException('aborted', 'AbortError');
  });
  await expect(getJson('/x', controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
});
