import type { RE2JS } from 're2js';

type Matcher = ReturnType<RE2JS['matcher']>;
type Part = string | { readonly group: string };

/** A reference, whose bare name reaches as far as there are letters, digits and `_` of any script. */
const REFERENCE = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;
/** What counts as the number of a group; `01` is the name of one. */
const NUMBER = /^(?:0|[1-9]\d*)$/;

/**
 * A template with groups of a match in it, read once: `$1`, `${1}`, `$name`, `${name}`, and `$$` for a dollar. `$1_x` is
 * the group named `1_x`; a group that there is not, or that took no part in the match, is empty.
 * Source: Go, package regexp, `Regexp.Expand`.
 *
 * @param join Puts the parts of one text together.
 * @returns What stands in its place for the match that the matcher has found.
 */
export function expansion(
  template: string,
  join: (parts: readonly string[]) => string = (parts) => parts.join(''),
): (match: Matcher) => string {
  if (!template.includes('$')) return () => template;
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: whole, 2: braced, 3: bare, index } of template.matchAll(REFERENCE)) {
    const group = braced ?? bare;
    parts.push(template.slice(end, index), group === undefined ? '$' : { group });
    end = index + whole.length;
  }
  parts.push(template.slice(end));
  return (match) =>
    join(parts.map((part) => (typeof part === 'string' ? part : groupOf(match, part.group))));
}

function groupOf(match: Matcher, group: string): string {
  if (NUMBER.test(group))
    return Number(group) <= match.groupCount() ? (match.group(Number(group)) ?? '') : '';
  const names = match.pattern().namedGroups();
  return Object.hasOwn(names, group) ? (match.group(group) ?? '') : '';
}
