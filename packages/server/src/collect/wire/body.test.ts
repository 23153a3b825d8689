import { gzipSync } from 'node:zlib';
import { compress } from 'snappy';
import { describe, expect, it } from 'vitest';
import { fromGzip, fromSnappy } from './body.ts';

const TEXT = Buffer.from('{"n": [1, 2, 3]}\n'.repeat(200));

describe('a packed body that was cut short', () => {
  it.each([1, 4, 8, 11, 40])('is no gzip without its last %d bytes', async (missing) => {
    const whole = gzipSync(TEXT);
    expect(await fromGzip(whole, 1e6)).toEqual(TEXT);
    await expect(fromGzip(whole.subarray(0, -missing), 1e6)).rejects.toMatchObject({
      status: 400,
      message: 'the gzip body was cut short',
    });
  });

  it.each([1, 4, 20])('is no Snappy block without its last %d bytes', async (missing) => {
    const whole = await compress(TEXT);
    expect(await fromSnappy(whole, 1e6)).toEqual(TEXT);
    await expect(fromSnappy(whole.subarray(0, -missing), 1e6)).rejects.toMatchObject({
      status: 400,
    });
  });
});
