import { escapeQuery } from './escape.ts';
import { define, defineVariadic, type Functions } from './functions.ts';
import { GoDuration } from './go-duration.ts';
import { matchString, replaceAll } from './go-regexp.ts';
import { stripDomain, stripPort } from './host-port.ts';
import {
  durationFromSeconds,
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  timeFromSeconds,
  toFloat,
} from './humanize.ts';
import { toLower, toUpper } from './letter-case.ts';
import { durationMs } from './prometheus-duration.ts';
import { titleCase } from './title.ts';
import { compareText } from './utf8.ts';
import { goTypeOf, SafeText, struct } from './values.ts';

/** A sample as templates see it: `.Labels.instance`, `.Value`. */
export interface TemplateSample {
  readonly Labels: Readonly<Record<string, string>>;
  readonly Value: number;
}

/** Makes a sample that a template can read. */
export const templateSample = (
  labels: Readonly<Record<string, string>>,
  value: number,
): TemplateSample => struct('template.sample', { Labels: labels, Value: value });

export interface PrometheusFunctionOptions {
  /** Address of the server as people reach it, for links. */
  readonly externalUrl?: string;
  /** Time of evaluation in milliseconds, for `now`. */
  readonly now?: number;
}

/**
 * The functions of Prometheus' templates, but for `query`: its answers come from outside, see
 * QueryExpander.
 *
 * Source: Prometheus documentation, "Template reference".
 */
export function prometheusFunctions(options: PrometheusFunctionOptions = {}): Functions {
  const externalUrl = options.externalUrl ?? '';
  return {
    ...numbers,
    ...texts,
    ...samples,
    now: define([], () => (options.now ?? 0) / 1000),
    pathPrefix: define([], () => pathOf(externalUrl)),
    externalURL: define([], () => externalUrl),
    query: define(['string'], () => {
      throw new Error('no queries here', {
        cause: 'the query function works in alerting rules only',
      });
    }),
  };
}

const numbers: Functions = {
  humanize: define(['any'], ([value]) => humanize(toFloat(value))),
  humanize1024: define(['any'], ([value]) => humanize1024(toFloat(value))),
  humanizeDuration: define(['any'], ([value]) => humanizeDuration(toFloat(value))),
  humanizePercentage: define(['any'], ([value]) => humanizePercentage(toFloat(value))),
  humanizeTimestamp: define(['any'], ([value]) => humanizeTimestamp(toFloat(value))),
  toTime: define(['any'], ([value]) => timeFromSeconds(toFloat(value))),
  toDuration: define(['any'], ([value]) => durationFromSeconds(toFloat(value))),
  parseDuration: define(['string'], ([text]) => durationMs(text) / 1000),
  parseDurationTime: define(['string'], ([text]) => new GoDuration(durationMs(text))),
};

const texts: Functions = {
  title: define(['string'], ([text]) => titleCase(text, false)),
  toUpper: define(['string'], ([text]) => toUpper(text)),
  toLower: define(['string'], ([text]) => toLower(text)),
  match: define(['string', 'string'], ([pattern, text]) => matchString(pattern, text)),
  reReplaceAll: define(['string', 'string', 'string'], ([pattern, replacement, text]) =>
    replaceAll(pattern, replacement, text),
  ),
  graphLink: define(['string'], ([expr]) => `/graph?g0.expr=${escapeQuery(expr)}&g0.tab=0`),
  tableLink: define(['string'], ([expr]) => `/graph?g0.expr=${escapeQuery(expr)}&g0.tab=1`),
  stripPort: define(['string'], ([text]) => stripPort(text)),
  stripDomain: define(['string'], ([text]) => stripDomain(text)),
  safeHtml: define(['string'], ([text]) => new SafeText(text)),
  urlQueryEscape: define(['string'], ([text]) => escapeQuery(text)),
  args: defineVariadic(
    [],
    'any',
    (args) => new Map(args.map((arg, index) => [`arg${index}`, arg])),
  ),
  tmpl: define(
    ['string', 'any'],
    ([name, data], context) => new SafeText(context.executeTemplate(name, data)),
  ),
};

const samples: Functions = {
  first: define(['list'], ([items]) => {
    if (items.length === 0) throw new Error('first() called on vector with no elements');
    return items[0];
  }),
  value: define(['any'], ([sample]) => sampleOf(sample).Value),
  label: define(['string', 'any'], ([name, sample]) => labelOf(sample, name)),
  strvalue: define(['any'], ([sample]) => labelOf(sample, '__value__')),
  sortByLabel: define(['string', 'list'], ([name, items]) =>
    [...items].sort((a, b) => compareText(labelOf(a, name), labelOf(b, name))),
  ),
};

function sampleOf(value: unknown): TemplateSample {
  if (typeof value === 'object' && value !== null && 'Labels' in value && 'Value' in value) {
    return value as TemplateSample;
  }
  throw new Error(`wrong type for value; expected *template.sample; got ${goTypeOf(value)}`);
}

function labelOf(value: unknown, name: string): string {
  const { Labels: labels } = sampleOf(value);
  return Object.hasOwn(labels, name) ? labels[name]! : '';
}

const pathOf = (url: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '';
