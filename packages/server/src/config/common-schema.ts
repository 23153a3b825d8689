import { parseDuration } from '@bellwether/promql';
import { z } from 'zod';
import { namedSchema } from './named-schema.ts';
import { Secret } from './secret.ts';

/** A duration in Prometheus' spelling (`15s`, `1h30m`), read as milliseconds. */
export const durationSchema = z.union([z.string(), z.number()]).transform((value, context) => {
  try {
    const ms = parseDuration(String(value));
    if (ms > 0) return ms;
  } catch {
    // falls through to the one message below
  }
  context.addIssue({
    code: 'custom',
    message: `"${value}" is not a duration; write a number with a unit, like 15s, 5m or 1h30m`,
  });
  return z.NEVER;
});

const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

/** A size in Prometheus' spelling, read as bytes: `10MB` and `10MiB` are both 10 · 1024². 0 means no limit. */
export const sizeSchema = z.union([z.string(), z.number()]).transform((value, context) => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([KMGTPE]?)(?:i?B)?$/.exec(String(value)) ?? [];
  const power = UNITS.indexOf(unit ?? '');
  if (digits !== undefined && power >= 0) return Math.floor(Number(digits) * 1024 ** power);
  context.addIssue({
    code: 'custom',
    message: `"${value}" is not a size; write a number with a unit, like 512KB, 10MB or 1GB`,
  });
  return z.NEVER;
});

/** Labels as people write them in YAML: numbers and booleans count as their text. */
export const labelsSchema = namedSchema(
  z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'is not a label name: letters, digits and _ only'),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);

/** A text that must not be shown again. Its own text stands in no message of the schema. */
export const secretSchema = z
  .union([z.string(), z.number()], { error: 'must be a text' })
  .transform((text) => new Secret(String(text)));
