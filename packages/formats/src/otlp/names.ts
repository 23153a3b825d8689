import type { Metric } from './messages.ts';
import type { TranslationStrategy } from './settings.ts';
import { plainWord, unitWords } from './units.ts';

function escapes(strategy: TranslationStrategy): boolean {
  return strategy.startsWith('UnderscoreEscaping');
}

/** Only `WithSuffixes` says unit and type in the name. */
function suffixes(strategy: TranslationStrategy): boolean {
  return strategy.endsWith('WithSuffixes');
}

/**
 * A metric's name in Prometheus: with its unit and, for counters, `_total`; for a gauge of unit 1, `_ratio`.
 * Source: OpenTelemetry specification, "Prometheus and OpenMetrics compatibility"; prometheus/otlptranslator.
 * @returns The name, or undefined where nothing of it is left.
 */
export function metricName(
  { name, unit, data }: Pick<Metric, 'name' | 'unit' | 'data'>,
  strategy: TranslationStrategy,
): string | undefined {
  const counter = data?.kind === 'sum' && data.monotonic;
  const ratio = unit === '1' && data?.kind === 'gauge';
  const named = !escapes(strategy)
    ? suffixes(strategy)
      ? withSuffixes(name, unit, counter, ratio)
      : name
    : suffixes(strategy)
      ? wordsWithSuffixes(name, unit, counter, ratio)
      : withoutDigitInFront(
          name
            .split(/[^a-zA-Z0-9:_]+/)
            .filter(Boolean)
            .join('_'),
        );
  if (named === '' || (named !== name && /^_*$/.test(named))) return undefined;
  return named;
}

function wordsWithSuffixes(name: string, unit: string, counter: boolean, ratio: boolean): string {
  let words = name.split(/[^a-zA-Z0-9:]+/).filter(Boolean);
  const { main, per } = unitWords(unit);
  for (const suffix of [plainWord(main), plainWord(per)])
    if (suffix !== '' && suffix !== 'per' && !words.includes(suffix)) words.push(suffix);
  if (counter) words = atEnd(words, 'total');
  if (ratio) words = atEnd(words, 'ratio');
  return withoutDigitInFront(words.join('_'));
}

function atEnd(words: readonly string[], last: string): string[] {
  return [...words.filter((word) => word !== last), last];
}

function withoutDigitInFront(name: string): string {
  return /^\d/.test(name) ? `_${name}` : name;
}

/** The name as it is, and the suffixes behind it, each once. */
function withSuffixes(name: string, unit: string, counter: boolean, ratio: boolean): string {
  const { main, per } = unitWords(unit);
  const last = [per, counter ? 'total' : '', ratio ? 'ratio' : ''].filter(Boolean);
  let stem = name;
  for (const suffix of last.toReversed()) stem = withoutSuffix(stem, suffix);
  if (main !== '' && !stem.endsWith(main)) stem += `_${main}`;
  return [stem, ...last].join('_');
}

/** Takes off a suffix and the character in front of it, unless nothing would be left. */
function withoutSuffix(name: string, suffix: string): string {
  const rest = name.length - suffix.length - 1;
  return name.endsWith(suffix) && rest > 0 ? name.slice(0, rest) : name;
}

/**
 * An attribute's name as a label's: what a label name cannot have becomes `_`, a digit in front gets `key_`.
 * @returns The name, or undefined where nothing of it is left.
 */
export function labelName(attribute: string, strategy: TranslationStrategy): string | undefined {
  if (attribute === '') return undefined;
  if (!escapes(strategy)) return attribute;
  const plain = attribute.replace(/[^a-zA-Z0-9_]/gu, '_');
  if (/^\d/.test(plain)) return `key_${plain}`;
  const reserved = plain.startsWith('__');
  const name = plain.startsWith('_') && !reserved ? `key${plain}` : plain;
  return name !== attribute && /^_*$/.test(name) ? undefined : name;
}
