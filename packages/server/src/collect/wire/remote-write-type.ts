import { RequestError } from '@bellwether/formats';
import { contentEncoding } from './content-encoding.ts';

/** The two messages of remote write. */
export type RemoteWriteMessage = 'prometheus.WriteRequest' | 'io.prometheus.write.v2.Request';

const MEDIA_TYPE = 'application/x-protobuf';
const MESSAGES: ReadonlySet<string> = new Set([
  'prometheus.WriteRequest',
  'io.prometheus.write.v2.Request',
]);

/**
 * Which message a body holds. Without a content type or a `proto` parameter it is that of 1.0, whose senders may leave
 * out both.
 * Source: prometheus.io, "Remote-Write 2.0 specification", Content-Type.
 * @throws RequestError 415
 */
export function messageOf(contentType: string | undefined): RemoteWriteMessage {
  if (contentType === undefined || contentType.trim() === '') return 'prometheus.WriteRequest';
  const [mediaType = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  if (mediaType.toLowerCase() !== MEDIA_TYPE)
    throw unsupported(`content type ${contentType}: remote write is ${MEDIA_TYPE}`);
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=').map((part) => part.trim());
    if (name.toLowerCase() !== 'proto') continue;
    const message = value.replace(/^"(.*)"$/, '$1');
    if (MESSAGES.has(message)) return message as RemoteWriteMessage;
    throw unsupported(`message ${message}: known are ${[...MESSAGES].join(' and ')}`);
  }
  return 'prometheus.WriteRequest';
}

/** @throws RequestError 415 unless a body is compressed as remote write asks, or does not say how it is. */
export function checkEncoding(header: string | undefined): void {
  if (header === undefined || contentEncoding(header) === 'snappy') return;
  throw unsupported(`content encoding ${header}: remote write is snappy`);
}

function unsupported(what: string): RequestError {
  return new RequestError(415, `unsupported ${what}`);
}
