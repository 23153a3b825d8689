import { readFileSync } from 'node:fs';
import { FEEDBACK_FIELDS, type Field, PREDICTION_FIELDS } from '@bellwether/formats';
import { expect, it } from 'vitest';

const page = readFileSync(new URL('../../../../../docs/events.md', import.meta.url), 'utf8');
const [, predictions = '', feedback = ''] = page.split(/^\*\*(?:Prediction|Feedback)\*\*/m);

/** The rows of a table: key, whether it is required, and what is said of it. */
function rows(text: string): Map<string, [required: boolean, about: string]> {
  const found = text.matchAll(/^\| `(\w+)`\s*\|([^|]*)\|([^|]*)\|$/gm);
  return new Map(
    [...found].map(([, key, required, about]) => [key!, [required!.includes('required'), about!]]),
  );
}

const limits = (field: Field): number[] => ('most' in field && field.most ? [field.most] : []);

it.each([
  ['predictions', predictions.split('**Feedback**')[0]!, PREDICTION_FIELDS],
  ['feedback', feedback, FEEDBACK_FIELDS],
])(
  'docs/events.md lists the keys of %s, which are required, and their lengths',
  (_, text, fields) => {
    const listed = rows(text.split('\n## ')[0]!);
    expect([...listed.keys()]).toEqual(Object.keys(fields));
    for (const [key, field] of Object.entries(fields)) {
      const [required, about] = listed.get(key)!;
      expect(required, key).toBe(field.required ?? false);
      if (field.kind === 'text' && /text up to/.test(about))
        for (const limit of limits(field)) expect(about).toContain(limit.toLocaleString('en-US'));
    }
  },
);
