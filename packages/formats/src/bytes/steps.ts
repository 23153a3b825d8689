/** Long work in steps of well below a millisecond, between which others may go first. */
export type Steps<T> = Generator<void, T, void>;

/** Does the work in one go. */
export function toEnd<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
