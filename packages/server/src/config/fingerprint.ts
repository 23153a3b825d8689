import { createHash } from 'node:crypto';
import { Secret } from './secret.ts';

/** A digest that two parts of a configuration share exactly when they say the same, secrets included. */
export function fingerprint(part: unknown): string {
  const text = JSON.stringify(part, function (this: unknown, key, value: unknown) {
    // `value` has been through toJSON already, which hides secrets: a changed password must count as a change.
    const own = (this as Record<string, unknown>)[key];
    return own instanceof Secret ? { secret: own.reveal() } : value;
  });
  return createHash('sha256').update(text).digest('hex');
}
