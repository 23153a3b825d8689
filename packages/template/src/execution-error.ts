import type { Node } from './nodes.ts';

/** A template's nodes, and the text they were read from. */
export interface Definition {
  readonly nodes: readonly Node[];
  /** Name of the template the text belongs to. */
  readonly file: string;
  readonly text: string;
}

/** A place in the source, by offsets. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A failure at a place in the source; the caller knows the template's name and the line. */
export class ExecutionError extends Error {
  readonly place: Place;
  readonly hint: string | undefined;
  /** The definition it happened in, where that is not the template itself. */
  definition?: { readonly name: string; readonly source: Definition };

  constructor(message: string, place: Place, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.place = place;
    this.hint = hint;
  }
}
