import { RE2JS } from 're2js';
import { z } from 'zod';

const ACTIONS = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;

const NEEDS_TARGET: ReadonlySet<string> = new Set([
  'replace',
  'keepequal',
  'dropequal',
  'hashmod',
  'lowercase',
  'uppercase',
]);

const regex = z.union([z.string(), z.number(), z.boolean()]).transform((value, context) => {
  const text = String(value);
  try {
    RE2JS.compile(text);
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not a regular expression: ${String(error)}`,
    });
  }
  return text;
});

/** One entry of `relabel_configs` or `metric_relabel_configs`, with Prometheus' defaults. */
export const relabelSchema = z
  .strictObject({
    source_labels: z.array(z.string()).default([]),
    separator: z.string().default(';'),
    target_label: z.string().default(''),
    regex: regex.prefault('(.*)'),
    modulus: z.number().int().min(0).default(0),
    replacement: z.string().default('$1'),
    action: z
      .string()
      .transform((action) => action.toLowerCase())
      .pipe(z.enum(ACTIONS))
      .prefault('replace'),
  })
  .superRefine((config, context) => {
    if (NEEDS_TARGET.has(config.action) && config.target_label === '')
      context.addIssue({
        code: 'custom',
        path: ['action'],
        message: `relabel action ${config.action} requires target_label`,
      });
    if (config.action === 'hashmod' && config.modulus === 0)
      context.addIssue({
        code: 'custom',
        path: ['action'],
        message: 'relabel action hashmod requires modulus above 0',
      });
  });

export type RelabelConfig = z.output<typeof relabelSchema>;
