import { z } from 'zod';

/** By a schema made here, that of its values. */
const valueSchemas = new WeakMap<z.core.$ZodType, z.core.$ZodType>();

/**
 * A mapping whose keys are chosen by others: labels, headers, parameters. Whatever they are called they are kept, also
 * `__proto__`, and what nobody set is not there: the result has no ancestor to inherit `constructor` from.
 */
export function namedSchema<Value extends z.ZodType>(
  name: z.ZodType<string, string>,
  value: Value,
): z.ZodType<Record<string, z.output<Value>>, Record<string, z.input<Value>>> {
  const schema = z
    .custom<Record<string, z.input<Value>>>(isMapping, { error: 'must be a mapping' })
    .transform((mapping) => new Map(Object.entries(mapping)))
    .pipe(
      z.map(name, value) as unknown as z.ZodType<
        Map<string, z.output<Value>>,
        Map<string, z.input<Value>>
      >,
    )
    .transform((map) => {
      const named = Object.create(null) as Record<string, z.output<Value>>;
      for (const [key, item] of map) named[key] = item;
      return named;
    });
  valueSchemas.set(schema, value);
  return schema;
}

/** What the values of a mapping are read by; undefined where the schema is not one of {@link namedSchema}. */
export function valueSchemaOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const own = valueSchemas.get(schema);
  // A schema with one more check is a copy, and knows what it was copied from.
  const { parent } = schema._zod;
  return own ?? (parent === undefined ? undefined : valueSchemaOf(parent));
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
