import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { errorTypeOf } from './error-type.ts';

class OutOfMemory extends Error {}

class Renamed extends Error {
  override name = 'ModelTimeout';
}

describe('error type', () => {
  it('is the class of an error, or the name its author gave it', () => {
    expect(errorTypeOf(new TypeError('x'))).toBe('TypeError');
    expect(errorTypeOf(new OutOfMemory())).toBe('OutOfMemory');
    expect(errorTypeOf(new Renamed())).toBe('ModelTimeout');
    expect(errorTypeOf(new Error('x'))).toBe('Error');
  });

  it('is the class of an error that was made in another realm', () => {
    expect(errorTypeOf(runInNewContext('new RangeError("x")'))).toBe('RangeError');
  });

  it('is the name of an operation that was aborted', () => {
    expect(errorTypeOf(AbortSignal.abort().reason)).toBe('AbortError');
  });

  it('is the type of a thrown value that is no error', () => {
    expect(errorTypeOf('no')).toBe('string');
    expect(errorTypeOf(null)).toBe('null');
    expect(errorTypeOf(undefined)).toBe('undefined');
  });
});
