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

/** A regular expression, which YAML may have read as a number or a boolean. */
export const regexSchema = z
  .union([z.string(), z.number(), z.boolean()])
  .transform((value, context) => {
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

const LABEL_NAME = /^[a-zA-Z_]\w*$/;
/** A label name in which groups of the expression may stand, as `${1}_name`. */
const LABEL_TEMPLATE = /^(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))(?:\w|\$(?:\{\w+\}|\w+))*$/;

const DEFAULTS = {
  source_labels: [] as string[],
  separator: ';',
  target_label: '',
  regex: '(.*)',
  modulus: 0,
  replacement: '$1',
};

/** What an action takes no notice of: to set it is a mistake. */
const IGNORED: Readonly<Record<string, readonly (keyof typeof DEFAULTS)[]>> = {
  labeldrop: ['source_labels', 'target_label', 'separator', 'replacement', 'modulus'],
  labelkeep: ['source_labels', 'target_label', 'separator', 'replacement', 'modulus'],
  keepequal: ['regex', 'separator', 'replacement', 'modulus'],
  dropequal: ['regex', 'separator', 'replacement', 'modulus'],
};

/** One entry of `relabel_configs` or `metric_relabel_configs`, with Prometheus' defaults. */
export const relabelSchema = z
  .strictObject({
    source_labels: z.array(z.string()).default(DEFAULTS.source_labels),
    separator: z.string().default(DEFAULTS.separator),
    target_label: z.string().default(DEFAULTS.target_label),
    regex: regexSchema.prefault(DEFAULTS.regex),
    modulus: z.number().int().min(0).default(DEFAULTS.modulus),
    replacement: z.string().default(DEFAULTS.replacement),
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
    for (const key of IGNORED[config.action] ?? [])
      if (String(config[key]) !== String(DEFAULTS[key]))
        context.addIssue({
          code: 'custom',
          path: [key],
          message: `relabel action ${config.action} takes no ${key}`,
        });
    checkNames(config, context);
  });

export type RelabelConfig = z.output<typeof relabelSchema>;

function checkNames(
  {
    action,
    target_label: target,
    replacement,
  }: { action: string; target_label: string; replacement: string },
  context: z.core.$RefinementCtx<unknown>,
): void {
  const template = action === 'replace' ? target : action === 'labelmap' ? replacement : undefined;
  if (template !== undefined && template !== '' && !LABEL_TEMPLATE.test(template))
    context.addIssue({
      code: 'custom',
      path: [action === 'replace' ? 'target_label' : 'replacement'],
      message: `"${template}" makes no label name for relabel action ${action}`,
    });
  if (action !== 'replace' && target !== '' && !LABEL_NAME.test(target))
    context.addIssue({
      code: 'custom',
      path: ['target_label'],
      message: `"${target}" is not a label name`,
    });
}
