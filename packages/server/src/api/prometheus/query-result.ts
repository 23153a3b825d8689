import { Readable } from 'node:stream';
import { Slices, type Value, valueToJson } from '@bellwether/promql';
import type { QueryAnswer } from '../../metrics/source.ts';
import { TRUNCATED } from './answer.ts';

/** A query's answer as bytes in pieces, with a turn of the event loop between them: a large one does not hold up others. */
export function resultStream(answer: QueryAnswer, limit: number): Readable {
  return Readable.from(pieces(answer, limit), { objectMode: false });
}

async function* pieces(answer: QueryAnswer, limit: number): AsyncGenerator<Uint8Array> {
  const { infos, cost } = answer;
  const slices = new Slices();
  const value = cut(answer.value, limit);
  const warnings = value === answer.value ? answer.warnings : [...answer.warnings, TRUNCATED];
  yield Buffer.from('{"status":"success","data":');
  const members = cost === undefined ? '' : `"stats":${JSON.stringify(cost)}`;
  for (const piece of valueToJson(value, members)) {
    yield piece;
    await slices.pause();
  }
  const notes = {
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(infos.length > 0 ? { infos } : {}),
  };
  const rest = JSON.stringify(notes).slice(1);
  yield Buffer.from(rest === '}' ? rest : `,${rest}`);
}

/** The first series of a vector or matrix that has more than are wanted; 0: all. */
function cut(value: Value, limit: number): Value {
  if (limit === 0) return value;
  if (value.type === 'vector' && value.samples.length > limit)
    return { type: 'vector', samples: value.samples.slice(0, limit) };
  if (value.type === 'matrix' && value.series.length > limit)
    return { type: 'matrix', series: value.series.slice(0, limit) };
  return value;
}
