import { type Flags, pad } from './printf-flags.ts';
import { canBackquote, hexBytes, quote } from './quote.ts';
import { utf8Bytes } from './utf8.ts';

/** A text by a verb of Go's fmt; undefined when the verb is none for texts. */
export function printText(verb: string, value: string, flags: Flags): string | undefined {
  switch (verb) {
    case 'v':
      return flags.source
        ? pad(quoted(cut(value, flags), flags), flags)
        : printText('s', value, flags);
    case 's':
      return pad(cut(value, flags), flags);
    case 'q':
      return pad(quoted(cut(value, flags), flags), flags);
    case 'x':
      return pad(hexadecimal(value, flags), flags);
    case 'X':
      return pad(hexadecimal(value, flags).toUpperCase(), flags);
    default:
      return undefined;
  }
}

const cut = (value: string, { precision }: Flags): string =>
  precision === undefined ? value : [...value].slice(0, precision).join('');

const quoted = (value: string, flags: Flags): string =>
  flags.sharp && canBackquote(value) ? `\`${value}\`` : quote(value, flags.plus);

/** The precision counts bytes here; `#` puts 0x before them, and before each where they stand apart. */
function hexadecimal(value: string, flags: Flags): string {
  const bytes = utf8Bytes(value).slice(0, flags.precision);
  const prefix = flags.sharp && bytes.length > 0 ? '0x' : '';
  return prefix + hexBytes(bytes, flags.space ? ` ${prefix}` : '');
}
