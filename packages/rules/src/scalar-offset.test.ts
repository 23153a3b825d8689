import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isScalar, parseDocument, Scalar, stringify } from 'yaml';
import { scalarOffset } from './scalar-offset.ts';

const line = fc.string({
  unit: fc.constantFrom('a', 'b', '(', ')', '"', "'", ' ', '{', '\\', 'é'),
  maxLength: 12,
});
const text = fc
  .array(line, { minLength: 1, maxLength: 6 })
  .map((lines) => lines.join('\n'))
  .filter((value) => value.trim() !== '');
const style = fc.constantFrom(
  Scalar.BLOCK_LITERAL,
  Scalar.BLOCK_FOLDED,
  Scalar.QUOTE_DOUBLE,
  Scalar.QUOTE_SINGLE,
  Scalar.PLAIN,
);

describe('a character of a scalar', () => {
  it('is found in the source, in whatever style it was written', () => {
    fc.assert(
      fc.property(text, style, fc.integer({ min: 20, max: 60 }), (value, type, lineWidth) => {
        const scalar = new Scalar(value);
        scalar.type = type;
        const source = stringify({ groups: [{ expr: scalar }] }, { lineWidth });
        const found = parseDocument(source).getIn(['groups', 0, 'expr'], true);
        if (!isScalar(found) || found.value !== value) return;
        for (const [i, char] of [...value].entries()) {
          if (/\s/.test(char)) continue;
          const at = source[scalarOffset(found, source, i)];
          const isEscaped = at === '\\' && found.type === Scalar.QUOTE_DOUBLE;
          expect(isEscaped ? char : at).toBe(char);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
