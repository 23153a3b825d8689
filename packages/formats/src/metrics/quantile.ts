import type { ProtoReader } from '../bytes/proto-reader.ts';

/** Reads one quantile of a summary: `Quantile` of the exposition and `ValueAtQuantile` of OTLP, which are the same message. */
export function readQuantile(
  reader: ProtoReader,
  limit: number,
): { quantile: number; value: number } {
  const end = reader.enter(limit);
  let [quantile, value] = [0, 0];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x09) quantile = reader.readDouble();
    else if (tag === 0x11) value = reader.readDouble();
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { quantile, value };
}
