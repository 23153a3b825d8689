import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBody, jsonPieces, Rows } from './json-pieces.ts';

async function piecesOf(value: unknown): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of jsonPieces(value)) pieces.push(piece);
  return pieces;
}

describe('JSON in pieces', () => {
  it('is what JSON at once is', async () => {
    const values = fc.jsonValue({ maxDepth: 12 });
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        expect(JSON.parse((await piecesOf(value)).join(''))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it('writes maps as objects, rows as lists, and leaves out what is undefined', async () => {
    const value = {
      map: new Map([
        ['__proto__', [1]],
        ['b', [2]],
      ]),
      rows: new Rows([1, 2], (n) => ({ n, none: undefined })),
      nothing: undefined,
      list: [undefined, Number.NaN],
      dated: { at: new Date(0) },
    };
    expect((await piecesOf(value)).join('')).toBe(
      '{"map":{"__proto__":[1],"b":[2]},"rows":[{"n":1},{"n":2}],"list":[null,null],"dated":{"at":"1970-01-01T00:00:00.000Z"}}',
    );
  });

  it('makes rows when they are written, and not many at once', async () => {
    let made = 0;
    const rows = new Rows(Array(10_000).fill('x'.repeat(100)), (text) => {
      made++;
      return { text };
    });
    const pieces = jsonPieces({ status: 'success', data: { rows } });
    await pieces.next();
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(2_000);
  });

  it('is one text where it is short, and a stream where it is long', async () => {
    expect(await jsonBody({ data: [1] })).toBe('{"data":[1]}');
    const long = await jsonBody({ data: Array(10_000).fill('x'.repeat(100)) });
    expect(typeof long).toBe('object');
    let text = '';
    for await (const piece of long) text += String(piece);
    expect(JSON.parse(text).data).toHaveLength(10_000);
  });
});
