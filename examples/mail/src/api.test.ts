import { describe, expect, it } from 'vitest';
import { BODY_LIMIT, MailApi } from './api.ts';

function api(predict = () => ({ label: 'spam' as const, confidence: 0.9 })) {
  return new MailApi({ predict, clock: () => 0 });
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function errors(one: MailApi, type: string): number {
  const labels = `model_name="mail_spam",endpoint="/predict",error_type="${type}"`;
  const line = one.monitor.expose().split(`ml_errors_total{${labels}} `)[1];
  return Number(line?.split('\n')[0]);
}

describe('the mail API', () => {
  it('answers a mail with label, confidence, request, version and latency', () => {
    const { json: answer, status } = api().predict(json({ text: 'hello' }));
    expect(status).toBe(200);
    expect(answer).toEqual({
      ...{ label: 'spam', confidence: 0.9, model_version: '1' },
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      latency_ms: expect.any(Number),
    });
  });

  it('refuses bodies that are no JSON, too long, or say nothing, and counts each by its kind', () => {
    const one = api();
    const long = Buffer.alloc(BODY_LIMIT + 1, 32);
    expect(one.predict(Buffer.from('{"text": "')).status).toBe(400);
    expect(one.predict(null).status).toBe(413);
    expect(one.predict(long).status).toBe(413);
    const empty = [{ text: '' }, { text: ' \n' }, { text: 1 }, {}, [], null, 'text'];
    expect(empty.map((body) => one.predict(json(body)).status)).toEqual(empty.map(() => 422));
    expect(errors(one, 'MalformedJson')).toBe(1);
    expect(errors(one, 'BodyTooLong')).toBe(2);
    expect(errors(one, 'InvalidRequest')).toBe(empty.length);
  });

  it('answers 500 when the model fails, and counts that too', () => {
    const one = api(() => {
      throw new RangeError('out of vocabulary');
    });
    expect(one.predict(json({ text: 'x' }))).toMatchObject({ status: 500 });
    expect(errors(one, 'RangeError')).toBe(1);
  });

  it('takes labels back: once, twice, for nobody, and in no readable form', () => {
    const one = api();
    const { request_id } = one.predict(json({ text: 'x' })).json;
    const label = json({ request_id, true_label: 'ham' });
    expect(one.feedback(label)).toEqual({ status: 200, json: { result: 'incorrect' } });
    expect(one.feedback(label)).toEqual({ status: 200, json: { result: 'duplicate' } });
    expect(one.feedback(json({ request_id: 'x', true_label: 'ham' })).status).toBe(404);
    expect(one.feedback(json({ request_id })).status).toBe(422);
    expect(one.feedback(Buffer.from('?')).status).toBe(400);
  });
});
