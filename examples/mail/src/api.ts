import { randomUUID } from 'node:crypto';
import { type Monitor, monitor } from '@bellwether/sdk';
import { BodyTooLong, InvalidRequest, MalformedJson, RequestError } from './errors.ts';
import { FEATURE_BUCKETS, mailFeatures, mailSegment } from './features.ts';
import { MODEL_VERSION, type Prediction } from './model.ts';

/** Longest body in bytes. Some mails of the corpus are longer, most of them with attachments. */
export const BODY_LIMIT = 64 * 1024;

/** Document B's bounds, and finer ones below them: this model answers within a millisecond. */
const LATENCY_BUCKETS = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005],
  ...[0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10],
];

/** A request's body; null when it was too long to be read. */
export type Body = Buffer | null;

/** Status and JSON of an answer. */
export interface Answer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

interface ApiOptions {
  readonly predict: (text: string) => Prediction;
  /** Wall clock in milliseconds since 1970; simulated while a past day is replayed. */
  readonly clock: () => number;
}

interface Judged extends Prediction {
  readonly requestId: string;
}

function parse(body: Body): Record<string, unknown> {
  if (body === null || body.byteLength > BODY_LIMIT) {
    throw new BodyTooLong(`The body is longer than ${BODY_LIMIT} bytes.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new MalformedJson(`The body is no JSON: ${String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidRequest('The body must be a JSON object.');
  }
  return value as Record<string, unknown>;
}

function text(request: Record<string, unknown>, field: string): string {
  const value = request[field];
  if (typeof value !== 'string' || value.trim() === '') {
    throw new InvalidRequest(`"${field}" must be a text that is not empty.`);
  }
  return value;
}

/**
 * The service without its transport: a body goes in, a status and JSON come out. Live requests and
 * replayed ones take this same way, through the same model and the same monitor.
 */
export class MailApi {
  readonly monitor: Monitor;
  readonly #judge: (text: string) => Judged;

  constructor({ clock, predict }: ApiOptions) {
    this.monitor = monitor({
      ...{ model: 'mail_spam', version: MODEL_VERSION, clock, processMetrics: true },
      ...{ latencyBuckets: LATENCY_BUCKETS, features: FEATURE_BUCKETS },
    });
    this.#judge = this.monitor.wrap(
      (mail: string): Judged => ({ ...predict(mail), requestId: randomUUID() }),
      {
        endpoint: '/predict',
        observe: ({ confidence, label, requestId }, mail) => ({
          ...{ prediction: label, confidence, requestId },
          features: mailFeatures(mail),
          segment: mailSegment(mail),
        }),
      },
    );
  }

  /** `POST /predict {text}`. Bodies that never reach the model are counted as errors here. */
  predict(body: Body): Answer {
    let mail: string;
    try {
      mail = text(parse(body), 'text');
    } catch (error) {
      this.monitor.error('/predict', error);
      return failure(error);
    }
    try {
      const started = performance.now();
      const { confidence, label, requestId } = this.#judge(mail);
      const json = {
        ...{ label, confidence, request_id: requestId, model_version: MODEL_VERSION },
        latency_ms: performance.now() - started,
      };
      return { status: 200, json };
    } catch (error) {
      return failure(error);
    }
  }

  /** `POST /feedback {request_id, true_label}`. */
  feedback(body: Body): Answer {
    try {
      const request = parse(body);
      const requestId = text(request, 'request_id');
      const label = text(request, 'true_label');
      const result = this.monitor.feedback({ requestId, label });
      return { status: result === 'unknown_request' ? 404 : 200, json: { result } };
    } catch (error) {
      return failure(error);
    }
  }
}

function failure(error: unknown): Answer {
  if (error instanceof RequestError) {
    return { status: error.status, json: { error: error.name, message: error.message } };
  }
  return { status: 500, json: { error: 'InternalError', message: String(error) } };
}
