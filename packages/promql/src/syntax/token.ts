import type { Span } from './ast.ts';

/**
 * - `identifier`: a name that may hold no colon · `metric`: one that holds a colon
 * - `keyword`: a reserved word (lower-cased in `word`) · `aggregation`: an aggregation operator
 * - `number`, `duration`, `string`: literals · `op`: an operator or punctuation · `eof`
 */
export type TokenType =
  | 'identifier'
  | 'metric'
  | 'keyword'
  | 'aggregation'
  | 'number'
  | 'duration'
  | 'string'
  | 'op'
  | 'eof';

export interface Token extends Span {
  readonly type: TokenType;
  /** As written. */
  readonly text: string;
  /** Lower-cased for keywords, aggregations and word operators; else the same as `text`. */
  readonly word: string;
}

export const AGGREGATIONS: ReadonlySet<string> = new Set([
  'avg',
  'bottomk',
  'count',
  'count_values',
  'group',
  'limit_ratio',
  'limitk',
  'max',
  'min',
  'quantile',
  'stddev',
  'stdvar',
  'sum',
  'topk',
]);

export const KEYWORDS: ReadonlySet<string> = new Set([
  'anchored',
  'bool',
  'by',
  'end',
  'fill',
  'fill_left',
  'fill_right',
  'group_left',
  'group_right',
  'ignoring',
  'offset',
  'on',
  'range',
  'smoothed',
  'start',
  'step',
  'without',
]);

/** Words that are operators between operands and plain names elsewhere. */
export const WORD_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'atan2']);

/** Keywords that cannot be metric names. */
export const NEVER_METRIC: ReadonlySet<string> = new Set([
  'bool',
  'group_left',
  'group_right',
  'ignoring',
  'on',
]);

const PUNCTUATION = new Set(['(', ')', '{', '}', '[', ']', ',', ':', '@', '=', '=~', '!~']);

/** How Prometheus names a token in "unexpected …" messages. */
export function describe(token: Token): string {
  switch (token.type) {
    case 'eof':
      return 'end of input';
    case 'keyword':
      return `<${token.text}>`;
    case 'aggregation':
      return `<aggr:${token.text}>`;
    case 'identifier':
      return `identifier "${token.text}"`;
    case 'metric':
      return `metric identifier "${token.text}"`;
    case 'number':
    case 'duration':
    case 'string':
      return `${token.type} ${shorten(token.text)}`;
    case 'op':
      return PUNCTUATION.has(token.text) ? `"${token.text}"` : `<op:${token.text}>`;
  }
}

function shorten(text: string): string {
  return text.length > 10 ? `${JSON.stringify(text.slice(0, 10))}...` : JSON.stringify(text);
}
