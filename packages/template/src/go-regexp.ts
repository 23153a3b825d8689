import { RE2JS } from 're2js';

const cache = new Map<string, RE2JS>();
const maxCached = 500;

function compiled(pattern: string): RE2JS {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  let regexp: RE2JS;
  try {
    regexp = RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(reason, { cause: 'patterns are RE2: no lookaround and no backreferences' });
  }
  if (cache.size >= maxCached) cache.clear();
  cache.set(pattern, regexp);
  return regexp;
}

/** As compiled, with the words Go's MustCompile puts before the reason. */
function mustCompile(pattern: string): RE2JS {
  try {
    return compiled(pattern);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Error(`regexp: Compile(\`${pattern}\`): ${error.message}`, { cause: error.cause });
  }
}

/**
 * Does the pattern match anywhere in the text? RE2, so in time linear in the text.
 * @throws Error for a pattern that is not RE2
 */
export const matchString = (pattern: string, text: string): boolean =>
  compiled(pattern).matcher(text).find();

/**
 * Replaces all matches as Go's ReplaceAllString: `$1`, `$name`, `${name}` stand for groups, `$$`
 * for a dollar, and a group that does not exist for nothing. `$1x` is the group named `1x`.
 * @throws Error for a pattern that is not RE2
 */
export function replaceAll(pattern: string, replacement: string, text: string): string {
  const regexp = mustCompile(pattern);
  const matcher = regexp.matcher(text);
  let out = '';
  let at = 0;
  let matched = false;
  while (matcher.find()) {
    // Nothing is no match right behind another match.
    if (matched && matcher.start() === at && matcher.end() === at) continue;
    matched = true;
    out += text.slice(at, matcher.start());
    out += expand(replacement, (name) => {
      if (!/^(?:0|[1-9]\d*)$/.test(name))
        return Object.hasOwn(regexp.namedGroups(), name) ? matcher.group(name) : null;
      return Number(name) <= matcher.groupCount() ? matcher.group(Number(name)) : null;
    });
    at = matcher.end();
  }
  return out + text.slice(at);
}

const expand = (replacement: string, group: (name: string) => string | null): string =>
  replacement.replace(
    /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
    (whole, braced, bare) => {
      const name: string | undefined = braced ?? bare;
      return name === undefined ? whole.slice(1) : (group(name) ?? '');
    },
  );
