import { escapeHtml, unescapeQuery } from './escape.ts';
import { define, defineVariadic, type Functions } from './functions.ts';
import { GoDuration } from './go-duration.ts';
import { matchString, replaceAll } from './go-regexp.ts';
import { GoTime } from './go-time.ts';
import { humanizeDuration, toFloat } from './humanize.ts';
import { toLower, toUpper } from './letter-case.ts';
import { sprint } from './sprint.ts';
import { titleCase } from './title.ts';
import { toJson } from './to-json.ts';
import { trimSpace } from './trim-space.ts';
import { goTypeOf, SafeText } from './values.ts';

export interface AlertmanagerFunctionOptions {
  /** The moment of the notification in milliseconds, for `now` and `since`. */
  readonly now: number;
}

/**
 * The functions of Alertmanager's notification templates.
 *
 * Source: Alertmanager documentation, "Notification template reference".
 */
export function alertmanagerFunctions(options: AlertmanagerFunctionOptions): Functions {
  return {
    ...texts,
    ...collections,
    date: define(['string', 'any'], ([layout, time]) => timeOf(time).format(layout)),
    tz: define(['string', 'any'], ([zone, time]) => inZone(timeOf(time), zone)),
    now: define([], () => new GoTime(options.now)),
    since: define(['any'], ([time]) => new GoDuration(options.now - timeOf(time).ms)),
    humanizeDuration: define(['any'], ([value]) => humanizeDuration(toFloat(value))),
  };
}

const texts: Functions = {
  toUpper: define(['string'], ([text]) => toUpper(text)),
  toLower: define(['string'], ([text]) => toLower(text)),
  title: define(['string'], ([text]) => titleCase(text, true)),
  trimSpace: define(['string'], ([text]) => trimSpace(text)),
  match: define(['string', 'string'], ([pattern, text]) => matchString(pattern, text)),
  reReplaceAll: define(['string', 'string', 'string'], ([pattern, replacement, text]) =>
    replaceAll(pattern, replacement, text),
  ),
  safeHtml: define(['string'], ([text]) => new SafeText(text)),
  safeUrl: define(['string'], ([text]) => new SafeText(escapeHtml(text))),
  urlUnescape: define(['string'], ([text]) => unescapeQuery(text)),
  toJson: define(['any'], ([value]) => toJson(value)),
};

const collections: Functions = {
  join: define(['string', 'list'], ([separator, items]) =>
    items.map((item) => sprint([item])).join(separator),
  ),
  stringSlice: defineVariadic([], 'string', (items) => items),
  list: defineVariadic([], 'any', (items) => items),
  append: defineVariadic(['list'], 'any', ([items, ...more]) => [...items, ...more]),
  dict: defineVariadic([], 'any', (pairs) => {
    if (pairs.length % 2 !== 0) throw new Error('dict requires an even number of arguments');
    const entries: [string, unknown][] = [];
    for (let i = 0; i < pairs.length; i += 2) {
      const key = pairs[i];
      if (typeof key !== 'string') throw new Error('dict keys must be strings');
      entries.push([key, pairs[i + 1]]);
    }
    return new Map(entries);
  }),
};

function timeOf(value: unknown): GoTime {
  if (value instanceof GoTime) return value;
  throw new Error(`wrong type for value; expected time.Time; got ${goTypeOf(value)}`);
}

function inZone(time: GoTime, zone: string): GoTime {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
  } catch {
    throw new Error(`unknown time zone ${zone}`, { cause: 'zones are named like Europe/Berlin' });
  }
  return new GoTime(time.ms, zone === '' ? 'UTC' : zone);
}
