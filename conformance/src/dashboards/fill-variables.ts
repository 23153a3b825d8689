/** What Grafana knows itself, for a panel of an hour in steps of a minute. */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ['__rate_interval', '4m'],
  ['__interval', '1m'],
  ['__interval_ms', '60000'],
  ['__range', '1h'],
  ['__range_s', '3600'],
  ['__range_ms', '3600000'],
  ['__from', '1700000000000'],
  ['__to', '1700003600000'],
]);

/** `$name`, `${name}`, `${name:format}`, `${name.field}`, `[[name]]`, `[[name:format]]`. */
const VARIABLE = /\$(\w+)|\$\{(\w+)[^}]*\}|\[\[(\w+)[^\]]*\]\]/y;
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*$/i;

/**
 * A query of a dashboard with a value for every variable: what Grafana knows, or one that suits the place. In texts and
 * among labels that is the variable's name, as the name of a metric too, between brackets and behind `offset` a duration,
 * elsewhere a number.
 * Source: grafana.com, "Variable syntax", "Global variables".
 */
export function fillVariables(expression: string): string {
  let filled = '';
  let quote = '';
  for (let i = 0; i < expression.length; ) {
    VARIABLE.lastIndex = i;
    const found = VARIABLE.exec(expression);
    if (found !== null) {
      const name = (found[1] ?? found[2] ?? found[3])!;
      i += found[0].length;
      filled += BUILT_IN.get(name) ?? suited(name, filled, expression.slice(i), quote !== '');
      continue;
    }
    const char = expression[i++]!;
    filled += char;
    if (quote === '' && /["'`]/.test(char)) quote = char;
    else if (char === '\\' && quote !== '' && quote !== '`') filled += expression[i++] ?? '';
    else if (char === quote) quote = '';
  }
  return filled;
}

function suited(name: string, before: string, after: string, inText: boolean): string {
  if (inText || GROUPING.test(before)) return name;
  if (/[[:]\s*$|\boffset\s*-?\s*$/.test(before)) return '5m';
  // Half of a name, or a name with braces or a range behind it.
  if (/[\w:]$/.test(before) || /^[\w:]|^\s*[{[]/.test(after)) return name;
  return '1';
}
