/**
 * How a body is encoded, in small letters: the names of encodings are the same in any. `identity` where nothing is said.
 * Source: RFC 9110, section 8.4.1.
 */
export function contentEncoding(header: string | undefined): string {
  const name = header?.trim().toLowerCase() ?? '';
  if (name === '') return 'identity';
  return name === 'x-gzip' ? 'gzip' : name;
}
