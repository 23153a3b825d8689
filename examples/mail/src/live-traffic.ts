import { DueLabels, feedbackBody } from './due-labels.ts';
import { type Arrival, arrivals } from './traffic-plan.ts';
import type { TrafficSource } from './traffic-source.ts';

/** Sends a body to a path of the service and gives the JSON of its answer. */
export type Post = (path: string, body: Buffer) => Promise<Record<string, unknown>>;

/** A machine that slept, or a service that was slow, is not made up for beyond this. */
const MAX_CATCH_UP_MS = 60_000;

/** Sends what a plan has, when it is due, and brings the labels back later. */
export class LiveTraffic {
  readonly #source: TrafficSource;
  readonly #post: Post;
  readonly #labels = new DueLabels();
  #sentUntil: number;

  /** @param from the moment from which on mails are sent, in milliseconds since 1970 */
  constructor(source: TrafficSource, post: Post, from: number) {
    this.#source = source;
    this.#post = post;
    this.#sentUntil = from;
  }

  /**
   * Sends everything due before `now`, going back a minute at most, and says how much that was.
   * Rejects with the first failure, after all have been tried.
   */
  async tick(now: number): Promise<number> {
    const from = Math.max(this.#sentUntil, now - MAX_CATCH_UP_MS);
    if (now <= from) return 0;
    this.#sentUntil = now;
    const sent = [...arrivals(from, now, this.#source.plan)].map((one) => this.#send(one));
    for (let due = this.#labels.takeBefore(now); due; due = this.#labels.takeBefore(now)) {
      sent.push(this.#post('/feedback', feedbackBody(due)).then(() => {}));
    }
    const failed = (await Promise.allSettled(sent)).find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
    return sent.length;
  }

  async #send(arrival: Arrival): Promise<void> {
    const answer = await this.#post('/predict', this.#source.body(arrival));
    const requestId = answer.request_id;
    // A request that failed has nothing to be judged.
    if (typeof requestId !== 'string') return;
    const { label } = this.#source.mail(arrival);
    for (const delay of arrival.labelDelays) {
      this.#labels.add({ at: arrival.at + delay, requestId, label });
    }
  }
}
