import {
  FEEDBACK_FIELDS,
  FEEDBACK_SAYS,
  type Field,
  type Fields,
  MOST_COUNT,
  NAME_LENGTH,
  PREDICTION_FIELDS,
  parseTime,
} from '@bellwether/formats';
import { z } from 'zod';

/*
 * The schemas of an event as it is sent, made of the table in fields.ts. They are what the OpenAPI document says and what
 * the tests hold the check of the hot path to; how far a time may be from now is not theirs to say.
 */

function schemaOf(fields: Fields): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const schema = schemaOfField(field).describe(field.about);
      return [name, field.required ? schema : schema.nullish()];
    }),
  );
}

function schemaOfField(field: Field): z.ZodType {
  switch (field.kind) {
    case 'text':
      return text(field.most, 1);
    case 'time':
      return z
        .union([z.string(), z.number()])
        .refine((value) => Number.isFinite(parseTime(value)), 'must be RFC 3339 or Unix seconds');
    case 'number':
      return z
        .number()
        .min(field.least ?? -Number.MAX_VALUE)
        .max(field.most ?? Number.MAX_VALUE);
    case 'count':
      return z.int().min(0).max(MOST_COUNT);
    case 'outcome':
      return z.union([text(field.most, 1), z.number(), z.boolean()]);
    case 'features':
      return entries(
        z.union([z.number(), text(field.most, 0), z.boolean(), z.null()]),
        field.entries,
      );
    case 'labels':
      return entries(text(field.most, 0), field.entries);
  }
}

function text(most: number, least: number): z.ZodType<string> {
  return z
    .string()
    .min(least)
    .max(most)
    .refine((value) => !/\p{Surrogate}/u.test(value), 'must be Unicode text');
}

function entries(value: z.ZodType, most: number): z.ZodType {
  return z
    .record(text(NAME_LENGTH, 1), value)
    .refine((map) => Object.keys(map).length <= most, `at most ${most} entries`);
}

export const predictionSchema = z.strictObject({
  type: z.literal('prediction'),
  ...schemaOf(PREDICTION_FIELDS),
});

export const feedbackSchema = z
  .strictObject({ type: z.literal('feedback'), ...schemaOf(FEEDBACK_FIELDS) })
  .refine(
    (event) => FEEDBACK_SAYS.some((key) => (event as Record<string, unknown>)[key] != null),
    `one of ${FEEDBACK_SAYS.join(', ')} is needed`,
  );

export const eventSchema = z.union([predictionSchema, feedbackSchema]);
