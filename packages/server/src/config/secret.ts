import { inspect } from 'node:util';

/** What stands in the place of a secret. */
export const SHOWN = '<secret>';

/**
 * A password, token or key of the configuration. Printed, logged or turned into JSON it reads `<secret>`, as Prometheus
 * shows it; only `reveal` gives the text.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: for the request that needs it, and nowhere else. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
