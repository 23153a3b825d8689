import type { Readable } from 'node:stream';
import type { Lease } from './memory-budget.ts';

/** A body that was not received, with the status that tells its sender so. */
class BodyError extends Error {
  readonly statusCode: 400 | 408 | 413;
  constructor(statusCode: 400 | 408 | 413, message: string) {
    super(message);
    this.name = 'BodyError';
    this.statusCode = statusCode;
  }
}

export interface ReceiveOptions {
  readonly limitBytes: number;
  /** What its sender says of its length; NaN where it does not. */
  readonly announcedBytes: number;
  /** A body of which fewer than `LEAST_BYTES` came for this long is given up. */
  readonly stalledAfterMs: number;
}

/** As little as the slowest line carries in half a minute. */
const LEAST_BYTES = 4096;

/**
 * Reads a body as it comes, holding what is there and no more. One for which there is no room is heard to its end all the
 * same, and forgotten: a sender that is cut off does not read why.
 * @throws BodyError; MemoryBudgetError
 */
export function receiveBody(
  message: Readable,
  lease: Lease,
  { limitBytes, announcedBytes, stalledAfterMs }: ReceiveOptions,
): Promise<Buffer> {
  if (announcedBytes > limitBytes) return Promise.reject(tooLarge(limitBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    let before = 0;
    let refusal: unknown;
    const stalled = setInterval(() => {
      if (received - before < LEAST_BYTES)
        fail(new BodyError(408, 'the body came too slowly, or not at all: send it again'));
      before = received;
    }, stalledAfterMs);
    message.on('data', take);
    message.on('end', end);
    message.on('error', gone);
    message.on('close', gone);

    function take(chunk: Buffer): void {
      received += chunk.length;
      if (received > limitBytes) fail(tooLarge(limitBytes));
      else if (refusal === undefined) keep(chunk);
    }
    function keep(chunk: Buffer): void {
      try {
        lease.hold(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        refusal = error;
        chunks.length = 0;
        lease.release();
      }
    }
    function end(): void {
      finish();
      if (refusal !== undefined) reject(refusal);
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, received));
    }
    function gone(): void {
      fail(new BodyError(400, 'the connection ended before the body did'));
    }
    function fail(error: unknown): void {
      finish();
      message.pause();
      reject(error);
    }
    function finish(): void {
      clearInterval(stalled);
      message.off('data', take);
      message.off('end', end);
      message.off('error', gone);
      message.off('close', gone);
      // Who listens no longer must still not be thrown at.
      message.on('error', () => undefined);
    }
  });
}

function tooLarge(limitBytes: number): BodyError {
  return new BodyError(413, `the body is larger than ${limitBytes} bytes: send less at a time`);
}
