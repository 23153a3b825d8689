import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unquote } from './constants.ts';
import { escapeHtml, escapeQuery, unescapeQuery } from './escape.ts';
import { formatFloat } from './format-float.ts';
import { quote } from './quote.ts';
import { toJson } from './to-json.ts';
import { compareText, utf8Bytes, utf8Text } from './utf8.ts';

const text = fc.string({ unit: 'binary' });
const float = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('round trips', () => {
  it('a float reads back as itself from as few digits as possible', () => {
    fc.assert(
      fc.property(
        float,
        fc.constantFrom('e' as const, 'f' as const, 'g' as const),
        (value, format) => Object.is(Number(formatFloat(value, format, -1)), value),
      ),
    );
  });

  it('a float reads back as itself from 17 digits', () => {
    fc.assert(fc.property(float, (value) => Object.is(Number(formatFloat(value, 'e', 16)), value)));
  });

  it('a text reads back as itself from a Go literal', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (value, ascii) => unquote(quote(value, ascii), 0) === value),
    );
  });

  it('a text reads back as itself from a query', () => {
    fc.assert(fc.property(text, (value) => unescapeQuery(escapeQuery(value)) === value));
  });

  it('a text reads back as itself from its bytes', () => {
    fc.assert(fc.property(text, (value) => utf8Text(utf8Bytes(value)) === value));
  });

  it('a value reads back as itself from JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        expect(JSON.parse(toJson(plain))).toEqual(plain);
      }),
    );
  });
});

describe('invariants', () => {
  it('texts are ordered like their bytes', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [x, y] = [utf8Bytes(a), utf8Bytes(b)];
        const at = x.findIndex((byte, i) => byte !== y[i]);
        const order = at < 0 ? x.length - y.length : x[at]! - (y[at] ?? -1);
        return Math.sign(compareText(a, b)) === Math.sign(order);
      }),
    );
  });

  it('nothing escaped for HTML opens a tag or ends an attribute', () => {
    fc.assert(fc.property(text, (value) => !/[<>"'\0]/.test(escapeHtml(value))));
  });

  it('a rounded number differs by at most half a unit of its last digit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 6 }),
        (value, digits) => {
          const rounded = Number(formatFloat(value, 'f', digits));
          return Math.abs(rounded - value) <= 0.5 * 10 ** -digits + Math.abs(value) * 1e-15;
        },
      ),
    );
  });
});
