/** What Go's unicode.IsSpace takes for space. JavaScript knows U+FEFF beside it, and not U+0085. */
const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** A text without the space around it, as Go's strings.TrimSpace, in time linear in the text. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && space.test(text[start]!)) start += 1;
  while (end > start && space.test(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}
