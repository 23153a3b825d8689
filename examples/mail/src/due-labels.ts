import type { Label } from './corpus.ts';

/** A label on its way back. */
export interface DueLabel {
  /** When it arrives, in milliseconds since 1970. */
  readonly at: number;
  readonly requestId: string;
  readonly label: Label;
}

/** Labels that people have given and that have not arrived yet, in order of arrival. */
export class DueLabels {
  readonly #queue: DueLabel[] = [];

  /** Puts a label in its place; a few hundred wait at a time, so that a list is enough. */
  add(due: DueLabel): void {
    let index = this.#queue.length;
    while (index > 0 && this.#queue[index - 1]!.at > due.at) index -= 1;
    this.#queue.splice(index, 0, due);
  }

  /** Takes out the first label that arrives before `ms`. */
  takeBefore(ms: number): DueLabel | undefined {
    const first = this.#queue[0];
    return first !== undefined && first.at < ms ? this.#queue.shift() : undefined;
  }
}

/** The body of a feedback request. */
export function feedbackBody({ label, requestId }: DueLabel): Buffer {
  return Buffer.from(JSON.stringify({ request_id: requestId, true_label: label }));
}
