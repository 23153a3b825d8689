import type { z } from 'zod';

/** A schema without what only says whether a value may be left out. */
export function withoutDefaults(schema: z.core.$ZodTypes): z.core.$ZodTypes {
  const { def } = schema._zod;
  switch (def.type) {
    case 'default':
    case 'prefault':
    case 'optional':
    case 'nullable':
      return withoutDefaults(def.innerType as z.core.$ZodTypes);
    default:
      return schema;
  }
}
