const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes as lower-case hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** Bytes as base64 with padding. Source: RFC 4648, section 4. */
export function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Bytes of base64, in its usual or its URL alphabet; what is neither is passed over. */
export function bytesOfBase64(text: string): Uint8Array {
  const usual = text
    .replace(/-/g, '+')
    .replace(/_/g, '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
  // One digit over whole groups of four says less than a byte.
  const whole = usual.length % 4 === 1 ? usual.slice(0, -1) : usual;
  return Uint8Array.from(atob(whole), (digit) => digit.charCodeAt(0));
}
