import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueLabels, feedbackBody } from './due-labels.ts';

describe('due labels', () => {
  it('come out in order of time, and none before it is due', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 })),
        fc.integer({ min: 0, max: 100 }),
        (times, now) => {
          const labels = new DueLabels();
          for (const [n, at] of times.entries())
            labels.add({ at, requestId: `${n}`, label: 'ham' });
          const out: number[] = [];
          for (let due = labels.takeBefore(now); due; due = labels.takeBefore(now))
            out.push(due.at);
          expect(out).toEqual(times.filter((at) => at < now).sort((a, b) => a - b));
        },
      ),
    );
  });

  it('are sent as the service reads them', () => {
    const body = feedbackBody({ at: 0, requestId: 'r', label: 'spam' });
    expect(JSON.parse(body.toString())).toEqual({ request_id: 'r', true_label: 'spam' });
  });
});
