import { SHOWN } from './secret.ts';

const SECRET_NAME =
  /pass|pwd|secret|token|credential|auth|jwt|bearer|session|signature|^sig$|(^|[-_.])key$/i;
const USERINFO = /([a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi;
const BARE_USERINFO = /^[^/?#\s@]*:[^/?#\s@]*@/;
const PARAMETER = /([?&;])([^=&;#\s]+)=([^&;#\s"']*)/g;

/** Whether a parameter of this name most likely holds a password, token or key. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A text with the credentials of the addresses in it hidden: those before the host, and parameters named like secrets. */
export function redacted(text: string): string {
  return text
    .replace(USERINFO, `$1${SHOWN}@`)
    .replace(BARE_USERINFO, `${SHOWN}@`)
    .replace(PARAMETER, (all, before: string, name: string) =>
      isSecretName(decoded(name)) ? `${before}${name}=${SHOWN}` : all,
    );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
