import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MailApi } from './api.ts';
import { DueLabels, feedbackBody } from './due-labels.ts';
import { arrivals } from './traffic-plan.ts';
import type { TrafficSource } from './traffic-source.ts';

/** The service's wall clock: the real one, unless a past moment is being replayed. */
export class ReplayClock {
  #simulated: number | undefined;

  readonly now = (): number => this.#simulated ?? Date.now();

  /** Sets the clock to a past moment; undefined gives it back to the present. */
  set(ms: number | undefined): void {
    this.#simulated = ms;
  }
}

/** A stretch of the past, and how often its metrics are read. All in milliseconds since 1970. */
export interface ReplaySpan {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** Real predictions between two pauses in which other requests of the process get their turn. */
const PREDICTIONS_PER_TURN = 50;

/**
 * Lives through a past day: every mail that its plan has goes through the very API that live requests
 * go through, at full speed, with the clock at the mail's own time. Durations are real ones.
 */
export class Replay {
  readonly #api: MailApi;
  readonly #clock: ReplayClock;
  readonly #source: TrafficSource;
  readonly #labels = new DueLabels();

  constructor(api: MailApi, clock: ReplayClock, source: TrafficSource) {
    this.#api = api;
    this.#clock = clock;
    this.#source = source;
  }

  /**
   * Yields the exposition at `from + step`, `from + 2 step`, … up to `to`; every sample carries its
   * simulated time, and a line `# EOF` ends each text. A later span may go on where this one ended.
   */
  async *run({ from, step, to }: ReplaySpan): AsyncGenerator<string> {
    try {
      let sincePause = 0;
      let start = from;
      while (start < to) {
        const end = Math.min(start + step, to);
        for (const arrival of arrivals(start, end, this.#source.plan)) {
          this.#deliverBefore(arrival.at);
          this.#clock.set(arrival.at);
          const answer = this.#api.predict(this.#source.body(arrival));
          const requestId = answer.json.request_id;
          if (typeof requestId === 'string') {
            const { label } = this.#source.mail(arrival);
            for (const delay of arrival.labelDelays) {
              this.#labels.add({ at: arrival.at + delay, requestId, label });
            }
          }
          sincePause += 1;
          if (sincePause >= PREDICTIONS_PER_TURN) {
            sincePause = 0;
            await nextTurn();
          }
        }
        this.#deliverBefore(end);
        this.#clock.set(end);
        if (end - start === step) {
          yield `${this.#api.monitor.expose({ timestamp: end })}# EOF\n`;
        }
        start = end;
      }
    } finally {
      this.#clock.set(undefined);
    }
  }

  /** Hands over the labels of replayed mails that have become due by now, in live operation. */
  deliverDue(nowMs: number): void {
    for (let due = this.#labels.takeBefore(nowMs); due; due = this.#labels.takeBefore(nowMs)) {
      this.#api.feedback(feedbackBody(due));
    }
  }

  #deliverBefore(ms: number): void {
    for (let due = this.#labels.takeBefore(ms); due; due = this.#labels.takeBefore(ms)) {
      this.#clock.set(due.at);
      this.#api.feedback(feedbackBody(due));
    }
  }
}
