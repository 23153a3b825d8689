import type { ProtoReader } from '../bytes/proto-reader.ts';

/**
 * Reads one `Label` of remote write or `LabelPair` of the exposition, which are the same message, and puts its name and
 * value behind the others.
 */
export function readLabel(reader: ProtoReader, limit: number, pairs: string[]): void {
  const end = reader.enter(limit);
  let [name, value] = ['', ''];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) name = reader.text(end);
    else if (tag === 0x12) value = reader.text(end);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  pairs.push(name, value);
}
