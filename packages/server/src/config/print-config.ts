import { formatDuration } from '@bellwether/promql';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { durationSchema, sizeSchema } from './common-schema.ts';
import { valueSchemaOf } from './named-schema.ts';
import { isSecretName, redacted } from './redact.ts';
import { type Config, configSchema } from './schema.ts';
import { Secret, SHOWN } from './secret.ts';
import { withoutDefaults } from './without-defaults.ts';

type Schema = z.core.$ZodTypes;

/**
 * The configuration in force as YAML that can be loaded again, defaults filled in and what is empty left out. Secrets are
 * shown as `<secret>`, also those in addresses and in parameters that are named like one.
 */
export function printConfig(config: Config): string {
  return stringify(printable(configSchema as unknown as Schema, config), { lineWidth: 0 });
}

/** The schema knows which numbers are durations and sizes. */
function printable(schema: Schema | undefined, value: unknown, name = ''): unknown {
  if (value instanceof Secret) return SHOWN;
  const inner = schema === undefined ? undefined : withoutDefaults(schema);
  if (typeof value === 'number') {
    if (isSame(inner, durationSchema)) return formatDuration(value);
    return isSame(inner, sizeSchema) ? `${value}B` : value;
  }
  if (typeof value === 'string') return redacted(value);
  if (Array.isArray(value)) {
    const element = inner?._zod.def.type === 'array' ? inner._zod.def.element : undefined;
    const items = value.map((item) => printable(element as Schema | undefined, item) ?? {});
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, own]): [string, unknown][] => {
    const hidden = name === 'params' && isSecretName(key);
    const shown = hidden ? own.map(() => SHOWN) : printable(childOf(inner, key), own, key);
    return shown === undefined ? [] : [[key, shown]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function childOf(schema: Schema | undefined, key: string): Schema | undefined {
  const def = schema?._zod.def;
  if (def?.type === 'object') return def.shape[key] as Schema | undefined;
  return schema === undefined ? undefined : (valueSchemaOf(schema) as Schema | undefined);
}

function isSame(schema: Schema | undefined, other: unknown): boolean {
  return schema === other;
}
