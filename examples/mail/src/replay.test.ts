import { describe, expect, it } from 'vitest';
import { MailApi } from './api.ts';
import type { Mail } from './corpus.ts';
import { Replay, ReplayClock } from './replay.ts';
import { TrafficSource } from './traffic-source.ts';

const END = Date.UTC(2026, 5, 1, 12);
const HOUR = 3_600_000;

function mails(label: Mail['label']): Mail[] {
  return ['one', 'two', 'three'].map((text) => ({ text, label }));
}

function service() {
  const clock = new ReplayClock();
  const api = new MailApi({
    predict: () => ({ label: 'ham', confidence: 0.9 }),
    clock: clock.now,
  });
  const source = new TrafficSource(
    { hardFrom: END, seed: 1 },
    { 'easy-ham-2': mails('ham'), 'spam-2': mails('spam'), 'hard-ham-1': mails('ham') },
  );
  return { api, clock, replay: new Replay(api, clock, source) };
}

async function all(snapshots: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const snapshot of snapshots) list.push(snapshot);
  return list;
}

function value(snapshot: string | undefined, start: string): number {
  const line = snapshot?.split('\n').find((one) => one.startsWith(start));
  return Number(line?.split('} ')[1]?.split(' ')[0]);
}

describe('a replay', () => {
  it('yields one exposition per step, each sample at its simulated time', async () => {
    const { replay } = service();
    const snapshots = await all(replay.run({ from: END - 60_000, to: END, step: 15_000 }));
    const times = [-45_000, -30_000, -15_000, 0].map((offset) => String(END + offset));
    expect(snapshots).toHaveLength(4);
    for (const [index, snapshot] of snapshots.entries()) {
      const lines = snapshot.trimEnd().split('\n');
      expect(lines.at(-1)).toBe('# EOF');
      const samples = lines.filter((line) => !line.startsWith('#'));
      expect(new Set(samples.map((line) => line.split(' ').at(-1)))).toEqual(
        new Set([times[index]]),
      );
    }
  });

  it('in two parts ends where the replay of the whole ends', async () => {
    const [whole, parts] = [service(), service()];
    const span = { from: END - HOUR, to: END, step: 60_000 };
    const middle = END - HOUR / 2;
    const once = await all(whole.replay.run(span));
    const twice = [
      ...(await all(parts.replay.run({ ...span, to: middle }))),
      ...(await all(parts.replay.run({ ...span, from: middle }))),
    ];
    expect(twice).toHaveLength(once.length);
    for (const name of [
      ...['ml_requests_total', 'ml_throughput_requests_per_second', 'ml_predictions_by_class'],
      ...['ml_accuracy_by_segment', 'ml_feedback_total'],
    ]) {
      expect(value(twice.at(-1), name)).toBe(value(once.at(-1), name));
      expect(value(once.at(-1), name)).toBeGreaterThan(0);
    }
  });

  it('measures throughput at the simulated time', async () => {
    const { replay } = service();
    const snapshots = await all(replay.run({ from: END - HOUR, to: END, step: 60_000 }));
    const counts = snapshots.map((snapshot) => value(snapshot, 'ml_requests_total'));
    const rates = snapshots.map((one) => value(one, 'ml_throughput_requests_per_second'));
    for (let minute = 1; minute < snapshots.length; minute += 1) {
      expect(rates[minute]).toBeCloseTo((counts[minute]! - counts[minute - 1]!) / 60, 9);
    }
  });

  it('gives the clock back and hands over its late labels when they are due', async () => {
    const { api, clock, replay } = service();
    await all(replay.run({ from: END - HOUR, to: END, step: 60_000 }));
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(60_000);
    const labels = () =>
      value(api.monitor.expose(), 'ml_feedback_total{model_name="mail_spam",result="correct"');
    const before = labels();
    replay.deliverDue(END + HOUR);
    expect(labels()).toBeGreaterThan(before);
  });
});
