/** The first letter of every word in upper case; `lower` also puts the others in lower case. */
export const titleCase = (text: string, lower: boolean): string =>
  text.replace(/[\p{L}\p{N}\p{M}]+(?:['’.:][\p{L}\p{N}\p{M}]+)*/gu, (word) =>
    capitalized(word, lower),
  );

function capitalized(word: string, lower: boolean): string {
  const first = /\p{L}/u.exec(word);
  if (first === null) return word;
  const at = first.index;
  const head = word.slice(0, at) + first[0].toUpperCase();
  const tail = word.slice(at + first[0].length);
  return head + (lower ? tail.toLowerCase() : tail);
}
