import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Monitor, monitor } from './monitor.ts';

const value = (m: Monitor, series: string): string | undefined =>
  m
    .expose()
    .split('\n')
    .find((line) => line.startsWith(`${series} `))
    ?.slice(series.length + 1);

const inProgress = 'ml_requests_in_progress{model_name="m"}';
const errors = (type: string) =>
  `ml_errors_total{model_name="m",endpoint="/predict",error_type="${type}"}`;

describe('a result that promises', () => {
  it('and calls back more than once ends its request once', async () => {
    const m = monitor({ model: 'm', version: '1' });
    let answers = 0;
    const twice = {
      // biome-ignore lint/suspicious/noThenProperty: the point of the test
      then(answer: (result: string) => void, fail: (error: Error) => void) {
        answer('first');
        answer('second');
        fail(new Error('third'));
      },
    };
    const predict = m.wrap(() => twice as unknown as PromiseLike<string>, {
      observe: () => {
        answers += 1;
        return undefined;
      },
    });
    expect(await predict()).toBe('first');
    expect(value(m, inProgress)).toBe('0');
    expect(value(m, errors('Error'))).toBeUndefined();
    expect(answers).toBe(1);
  });

  it('and throws instead is a request that failed', async () => {
    const m = monitor({ model: 'm', version: '1' });
    const thrower = {
      // biome-ignore lint/suspicious/noThenProperty: the point of the test
      then() {
        throw new RangeError('no');
      },
    };
    const predict = m.wrap(() => thrower as unknown as PromiseLike<string>);
    await expect(predict()).rejects.toThrow('no');
    expect(value(m, inProgress)).toBe('0');
    expect(value(m, errors('RangeError'))).toBe('1');
  });
});

describe('a result that is a stream', () => {
  it('is passed on as it is, unread', async () => {
    const m = monitor({ model: 'm', version: '1' });
    async function* tokens() {
      yield 'a';
      yield 'b';
    }
    const source = tokens();
    const stream = m.wrap(() => source)();
    expect(stream).toBe(source);
    const read: string[] = [];
    for await (const token of stream) read.push(token);
    expect(read).toEqual(['a', 'b']);
    expect(value(m, inProgress)).toBe('0');
  });
});

describe('a host function that is asynchronous', () => {
  it('may say later what an answer means, and may fail then', async () => {
    const reports: string[] = [];
    const m = monitor({
      ...{ model: 'm', version: '1' },
      onError: (async (_: unknown, where: string) => {
        reports.push(where);
        throw new Error('cannot tell');
      }) as never,
    });
    const predict = m.wrap((label: string) => label, {
      observe: (async (label: string) => {
        if (label === '') throw new Error('no label');
        return { prediction: label };
      }) as never,
    });
    predict('spam');
    predict('');
    await setImmediate();
    expect(value(m, 'ml_predictions_by_class{model_name="m",predicted_class="spam"}')).toBe('1');
    expect(reports).toEqual(['observe']);
  });
});

describe('a host function that names errors', () => {
  it('and has no name for one leaves it unknown', () => {
    const m = monitor({ model: 'm', version: '1', errorType: () => undefined as never });
    m.error('/predict', new Error('x'));
    expect(value(m, errors('unknown'))).toBe('1');
  });
});
