import { SHOWN } from './secret.ts';

const SECRET_NAME =
  /pass|pwd|secret|token|credential|auth|jwt|bearer|session|signature|^sig$|(^|[-_.])key$/i;
/* Each expression reads a text once: what may stand before the sought sign never holds what it begins with. */
const AUTHORITY = /:\/\/[^/?#\s]*/g;
const BARE_USERINFO = /^[^/?#\s@]*@/;
const PARAMETER = /([?&;])([^=?&;#\s]+)=([^&;#\s"']*)/g;

/** Whether a parameter of this name most likely holds a password, token or key. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A text with the credentials of the addresses in it hidden: those before the host, and parameters named like secrets. */
export function redacted(text: string): string {
  return text
    .replace(AUTHORITY, (all) => {
      const at = all.lastIndexOf('@');
      return at < 0 ? all : `://${SHOWN}${all.slice(at)}`;
    })
    .replace(BARE_USERINFO, (all) => (all.includes(':') ? `${SHOWN}@` : all))
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
