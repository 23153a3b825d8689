import * as formats from '@bellwether/formats';

/* What senders and targets send, as the bytes that Node's clients take. */

export function encodeV1(...sent: Parameters<typeof formats.encodeV1>): Buffer {
  return Buffer.from(formats.encodeV1(...sent));
}

export function encodeV2(...sent: Parameters<typeof formats.encodeV2>): Buffer {
  return Buffer.from(formats.encodeV2(...sent));
}

export function encodeFamilies(...sent: Parameters<typeof formats.encodeFamilies>): Buffer {
  return Buffer.from(formats.encodeFamilies(...sent));
}
