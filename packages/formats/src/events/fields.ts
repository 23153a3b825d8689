/**
 * What an event may say: the one table behind the check of the hot path, the schemas of the OpenAPI document and the
 * tables of docs/events.md. Lengths of texts are in UTF-16 units.
 */
export type Field = {
  readonly about: string;
  readonly required?: true;
} & (
  | { readonly kind: 'text'; readonly most: number }
  | { readonly kind: 'time' }
  | { readonly kind: 'number'; readonly least?: number; readonly most?: number }
  | { readonly kind: 'count' }
  | { readonly kind: 'outcome'; readonly most: number }
  | { readonly kind: 'features'; readonly entries: number; readonly most: number }
  | { readonly kind: 'labels'; readonly entries: number; readonly most: number }
);

export type Fields = Readonly<Record<string, Field>>;

/** Names of features and labels. */
export const NAME_LENGTH = 256;
/** What a 32-bit column holds. */
export const MOST_COUNT = 2 ** 32 - 1;

const name = { kind: 'text', most: 256 } as const;
const words = { kind: 'outcome', most: 1024 } as const;
const free = { kind: 'text', most: 32_768 } as const;

const time = {
  kind: 'time',
  required: true,
  about: 'When: RFC 3339 with an offset, or Unix seconds.',
} as const;
const model = {
  ...name,
  required: true,
  about: "The model, by its label `model_name`'s value.",
} as const;

export const PREDICTION_FIELDS: Fields = {
  id: { ...name, required: true, about: 'Id of the request; feedback names it.' },
  time,
  model,
  version: { ...name, about: 'Version of the model.' },
  prediction: { ...words, about: 'The predicted class, or the predicted number.' },
  confidence: {
    ...{ kind: 'number', least: 0, most: 1 },
    about: "The model's own probability of being right.",
  },
  features: {
    ...{ kind: 'features', entries: 256, most: 1024 },
    about: 'Inputs by name: numbers, truth values (1 and 0) and texts; null is not known.',
  },
  segment: { ...name, about: 'The slice of traffic, for accuracy per segment.' },
  labels: { ...{ kind: 'labels', entries: 64, most: 1024 }, about: 'Anything to group by.' },
  latency_ms: { kind: 'number', least: 0, about: 'How long the answer took, in milliseconds.' },
  input_tokens: { kind: 'count', about: 'Tokens that went in.' },
  output_tokens: { kind: 'count', about: 'Tokens that came out.' },
  cost: { kind: 'number', least: 0, about: 'What it cost, in the currency that you account in.' },
  input: { ...free, about: 'What was asked, for people who judge the answer.' },
  output: { ...free, about: 'What was answered, where it is more than a class.' },
};

export const FEEDBACK_FIELDS: Fields = {
  id: {
    ...name,
    about: 'Id of this feedback. Left out: the prediction_id, with the source behind a slash.',
  },
  time,
  model,
  prediction_id: { ...name, required: true, about: 'The id of the prediction it is about.' },
  label: { ...words, about: 'What would have been right: the true class, or the true number.' },
  rating: { kind: 'number', about: 'How good it was, on your own scale; higher is better.' },
  comment: { ...{ kind: 'text', most: 4096 }, about: 'In words.' },
  source: { ...name, about: 'Who says so, like review or user.' },
};

/** Feedback says at least one of these. */
export const FEEDBACK_SAYS = ['label', 'rating', 'comment'] as const;
