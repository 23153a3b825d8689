/** Mails are judged by their beginning: what follows repeats it, or is an attachment in base64. */
const READ_CHARACTERS = 8000;

const TOKEN = /[a-z$][a-z0-9'$-]{2,19}/g;

/**
 * The different words of a mail in lower case, markup included: a tag or a colour is a sign like any
 * other. 3 to 20 characters, since shorter ones say little and longer ones are encoded data.
 */
export function tokens(text: string): string[] {
  const distinct = new Set(text.slice(0, READ_CHARACTERS).toLowerCase().match(TOKEN));
  // The classifier counts words in plain objects once it is loaded from its cache, and there this
  // one name is a function.
  distinct.delete('constructor');
  return [...distinct];
}
