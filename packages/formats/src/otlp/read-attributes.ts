import type { ProtoReader } from '../bytes/proto-reader.ts';
import { RequestError } from '../bytes/request-error.ts';
import { type AttributeValue, attributeText } from './attribute-value.ts';
import type { Attribute } from './messages.ts';

/** Values within values, beyond which a body is no honest one. */
export const DEEPEST_ATTRIBUTE = 32;

/** Reads `KeyValue`. Source: opentelemetry-proto, common/v1/common.proto. */
export function readAttribute(reader: ProtoReader, limit: number): Attribute {
  const [key, value] = readKeyValue(reader, limit, 0);
  return [key, attributeText(value)];
}

function readKeyValue(reader: ProtoReader, limit: number, depth: number): [string, AttributeValue] {
  const end = reader.enter(limit);
  let key = '';
  let value: AttributeValue = null;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) key = reader.text(end);
    else if (tag === 0x12) value = readValue(reader, end, depth);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return [key, value];
}

function readValue(reader: ProtoReader, limit: number, depth: number): AttributeValue {
  if (depth > DEEPEST_ATTRIBUTE)
    throw new RequestError(400, `an attribute is nested more than ${DEEPEST_ATTRIBUTE} deep`);
  const end = reader.enter(limit);
  let value: AttributeValue = null;
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a: // 1 string_value
        value = reader.text(end);
        break;
      case 0x10: // 2 bool_value
        value = reader.readBoolean();
        break;
      case 0x18: // 3 int_value
        value = reader.bigInt64();
        break;
      case 0x21: // 4 double_value
        value = reader.readDouble();
        break;
      case 0x2a: // 5 array_value
        value = readArray(reader, end, depth + 1);
        break;
      case 0x32: // 6 kvlist_value
        value = readMap(reader, end, depth + 1);
        break;
      case 0x3a: {
        // 7 bytes_value
        const last = reader.enter(end);
        value = reader.bytes.slice(reader.pos, last);
        reader.pos = last;
        break;
      }
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  return value;
}

function readArray(reader: ProtoReader, limit: number, depth: number): AttributeValue {
  const end = reader.enter(limit);
  const values: AttributeValue[] = [];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) values.push(readValue(reader, end, depth));
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return values;
}

function readMap(reader: ProtoReader, limit: number, depth: number): AttributeValue {
  const end = reader.enter(limit);
  const values = new Map<string, AttributeValue>();
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      const [key, value] = readKeyValue(reader, end, depth);
      values.set(key, value);
    } else reader.pass(tag, end);
  }
  reader.leave(end);
  return values;
}
