/** A text or message that is no exposition: where it is wrong, in what way, and what helps. */
export class ExpositionError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'ExpositionError';
    this.remedy = remedy;
  }
}
