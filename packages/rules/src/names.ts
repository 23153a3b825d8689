/** `utf8`: any name, as since Prometheus 3. `legacy`: letters, digits and underscores. */
export type NameValidation = 'utf8' | 'legacy';

/** A lone surrogate is a text that UTF-8 cannot hold. */
const isUtf8 = (name: string): boolean => name !== '' && !/\p{Surrogate}/u.test(name);

/** May a label have this name? */
export const isLabelName = (name: string, validation: NameValidation = 'utf8'): boolean =>
  validation === 'legacy' ? /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) : isUtf8(name);

/** May a series have this name? */
export const isMetricName = (name: string, validation: NameValidation = 'utf8'): boolean =>
  validation === 'legacy' ? /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) : isUtf8(name);
