import { describe, expect, it } from 'vitest';
import { DEFAULT_EVENT_LIMITS } from './limits.ts';
import { type EventFormat, type ReadEvents, readEvents } from './read-events.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const event = (id: string) => ({ type: 'prediction', id, time: NOW / 1000, model: 'm' });

/** Reads a body to its end, and says after how many events it let others pass. */
function read(
  body: string,
  format: EventFormat,
): { result: ReadEvents; ids: string[]; rests: number[] } {
  const ids: string[] = [];
  const rests: number[] = [];
  const into = {
    prediction: ({ id }: { id: string }) => void ids.push(id),
    feedback: ({ prediction_id }: { prediction_id: string }) => void ids.push(prediction_id),
  };
  const limits = DEFAULT_EVENT_LIMITS;
  const steps = readEvents(Buffer.from(body), format, { into, now: NOW, limits });
  for (;;) {
    const step = steps.next();
    if (step.done) return { result: step.value, ids, rests };
    rests.push(ids.length);
  }
}

describe('reading events', () => {
  it('hands them on in their order, whatever is between them', () => {
    const lines = ['a', 'b', 'c'].map((id) => JSON.stringify(event(id)));
    expect(read(`\n${lines.join('\r\n\n')}`, 'ndjson').ids).toEqual(['a', 'b', 'c']);
    expect(read(`[${lines.join(',\n')}]`, 'json').ids).toEqual(['a', 'b', 'c']);
  });

  it('counts wrong ones from 0 among all, and lines of NDJSON from 1 with the empty ones', () => {
    const { result } = read(`\n${JSON.stringify(event('a'))}\n\n{]\n`, 'ndjson');
    expect(result).toMatchObject({ predictions: 1, refused: 1, errors: [{ index: 1, line: 4 }] });
  });

  it('takes a class and a label that only a person would mistake for something else', () => {
    const feedback = {
      type: 'feedback',
      time: NOW / 1000,
      model: 'm',
      prediction_id: 'p',
      label: false,
    };
    expect(read(JSON.stringify({ events: [feedback] }), 'json').result.feedback).toBe(1);
  });

  it.each(['json', 'ndjson'] as const)('of long %s rests now and then', (format) => {
    const lines = Array.from({ length: 20_000 }, (_, i) => JSON.stringify(event(String(i))));
    const body = format === 'json' ? `[${lines.join()}]` : lines.join('\n');
    const { ids, rests } = read(body, format);
    expect(ids).toHaveLength(20_000);
    const longest = Math.max(...rests.map((at, i) => at - (rests[i - 1] ?? 0)));
    expect(longest).toBeLessThan(5000);
  });
});
