import { formatValue } from '@bellwether/promql';
import { base64Of } from '../bytes/binary-text.ts';

/** An attribute's value as both encodings read it. Integers that fit no double are bigints. */
export type AttributeValue =
  | null
  | string
  | boolean
  | bigint
  | number
  | Uint8Array
  | readonly AttributeValue[]
  | ReadonlyMap<string, AttributeValue>;

/**
 * An attribute's value as the text of a label: strings as they are, bytes in base64, lists and maps as JSON.
 * Source: OpenTelemetry specification, "Mapping arbitrary data to OTLP AnyValue"; opentelemetry-collector, pcommon
 * `Value.AsString`.
 */
export function attributeText(value: AttributeValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return numberText(value);
  if (value instanceof Uint8Array) return base64Of(value);
  return json(value);
}

/** A double as JSON has it, and the three that JSON has not. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return formatValue(value);
  return JSON.stringify(value);
}

function json(value: AttributeValue): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? JSON.stringify(value) : JSON.stringify(formatValue(value));
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return JSON.stringify(base64Of(value));
  if (value instanceof Map) {
    const keys = [...value.keys()].sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${json(value.get(key) ?? null)}`).join(',')}}`;
  }
  return `[${(value as readonly AttributeValue[]).map(json).join(',')}]`;
}
