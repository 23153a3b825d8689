import type { PbfWriter } from 'pbf';
import { encodeUtf8 } from './text.ts';

/** Writes a text as a field of a message, as bytes: the library's own text is wrong beyond U+1FFFF. */
export function writeText(writer: PbfWriter, field: number, text: string): void {
  writer.writeBytesField(field, encodeUtf8(text));
}
