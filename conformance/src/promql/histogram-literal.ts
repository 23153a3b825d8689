import {
  bucketsFromSpans,
  type CounterResetHint,
  type FloatHistogram,
  histogram,
  parseNumber,
} from '@bellwether/promql';

const HINTS: Readonly<Record<string, CounterResetHint>> = {
  unknown: 'unknown',
  reset: 'reset',
  not_reset: 'not_reset',
  gauge: 'gauge',
};

/**
 * The inside of `{{schema:1 sum:3 count:22 buckets:[5 10 7]}}`.
 *
 * @throws Error where a key is unknown or a value is malformed
 */
export function parseHistogram(text: string): { value: FloatHistogram; hintGiven: boolean } {
  const parts: { -readonly [K in keyof FloatHistogram]?: FloatHistogram[K] } = {};
  let buckets: number[] = [];
  let negativeBuckets: number[] = [];
  let offset = 0;
  let negativeOffset = 0;
  const pattern = /\s*([a-z_]+):(\[[^\]]*\]|[^\s\]]+)\s*/y;
  while (pattern.lastIndex < text.length) {
    const item = pattern.exec(text);
    if (item === null) throw new Error(`malformed histogram: {{${text}}}`);
    const [, key, value] = item as unknown as [string, string, string];
    switch (key) {
      case 'schema':
        parts.schema = number(value);
        break;
      case 'sum':
        parts.sum = number(value);
        break;
      case 'count':
        parts.count = number(value);
        break;
      case 'z_bucket':
        parts.zeroCount = number(value);
        break;
      case 'z_bucket_w':
        parts.zeroThreshold = number(value);
        break;
      case 'custom_values':
        parts.customValues = list(value);
        break;
      case 'buckets':
        buckets = list(value);
        break;
      case 'n_buckets':
        negativeBuckets = list(value);
        break;
      case 'offset':
        offset = number(value);
        break;
      case 'n_offset':
        negativeOffset = number(value);
        break;
      case 'counter_reset_hint': {
        const hint = HINTS[value];
        if (hint === undefined) throw new Error(`unknown counter_reset_hint: ${value}`);
        parts.hint = hint;
        break;
      }
      default:
        throw new Error(`unknown key in a histogram: ${key}`);
    }
  }
  parts.positive = bucketsFromSpans([{ offset, length: buckets.length }], buckets);
  parts.negative = bucketsFromSpans(
    [{ offset: negativeOffset, length: negativeBuckets.length }],
    negativeBuckets,
  );
  return { value: histogram(parts), hintGiven: parts.hint !== undefined };
}

function number(text: string): number {
  const value = parseNumber(text);
  if (value === undefined) throw new Error(`malformed number: ${text}`);
  return value;
}

function list(text: string): number[] {
  const inner = text.replace(/^\[|\]$/g, '').trim();
  return inner === '' ? [] : inner.split(/\s+/).map(number);
}
