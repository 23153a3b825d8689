import { describe, expect, it } from 'vitest';
import { LiveTraffic } from './live-traffic.ts';
import { arrivals } from './traffic-plan.ts';
import { TrafficSource } from './traffic-source.ts';

const START = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;

function source() {
  const one = [{ text: 'one', label: 'ham' as const }];
  return new TrafficSource(
    { hardFrom: START, seed: 1 },
    { 'easy-ham-2': one, 'spam-2': one, 'hard-ham-1': one },
  );
}

describe('live traffic', () => {
  it('sends every mail of the plan once, and its labels when they are due', async () => {
    const plan = source();
    const sent = { '/predict': 0, '/feedback': 0 };
    const traffic = new LiveTraffic(
      plan,
      async (path) => {
        sent[path as keyof typeof sent] += 1;
        return { request_id: 'r' };
      },
      START,
    );
    for (let now = START; now <= START + 2 * MINUTE; now += 1700) await traffic.tick(now);
    await traffic.tick(START + 2 * MINUTE);
    const expected = [...arrivals(START, START + 2 * MINUTE, plan.plan)];
    expect(sent['/predict']).toBe(expected.length);
    const due = expected.flatMap(({ at, labelDelays }) => labelDelays.map((delay) => at + delay));
    // A label that falls due while its tick is under way goes with the next one.
    const waiting = due.filter((at) => at >= START + 2 * MINUTE - 1700);
    expect(sent['/feedback']).toBeGreaterThanOrEqual(due.length - waiting.length);
    expect(sent['/feedback']).toBeLessThanOrEqual(due.length);
  });

  it('does not send the mail of a night at once when the machine wakes up', async () => {
    const plan = source();
    let sent = 0;
    const post = async () => {
      sent += 1;
      return {};
    };
    const morning = START + 480 * MINUTE;
    await new LiveTraffic(plan, post, START).tick(morning);
    expect(sent).toBe([...arrivals(morning - MINUTE, morning, plan.plan)].length);
  });

  it('says when the service does not answer, and goes on at the next tick', async () => {
    let down = true;
    let sent = 0;
    const traffic = new LiveTraffic(
      source(),
      async () => {
        sent += 1;
        if (down) throw new Error('refused');
        return { error: 'MalformedJson' };
      },
      START,
    );
    await expect(traffic.tick(START + MINUTE)).rejects.toThrow('refused');
    down = false;
    const before = sent;
    expect(await traffic.tick(START + 2 * MINUTE)).toBe(sent - before);
    expect(sent).toBeGreaterThan(before);
    expect(await traffic.tick(START + 2 * MINUTE)).toBe(0);
  });
});
