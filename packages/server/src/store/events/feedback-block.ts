import type { Feedback } from '@bellwether/formats';
import type { Millis } from '@bellwether/promql';
import { nativeBlock } from '../native-format.ts';
import { NullableColumn, named, repeated, TextColumn, TimeColumn, WordColumn } from './columns.ts';
import { feedbackId } from './event.ts';
import { outcomeText } from './prediction-block.ts';

/** Feedback as rows of `bellwether.feedback_events`, on its way into ClickHouse's Native format. */
export class FeedbackBlock {
  readonly #model = new WordColumn();
  readonly #time = new TimeColumn();
  readonly #id = new TextColumn();
  readonly #predictionId = new TextColumn();
  readonly #label = new WordColumn();
  readonly #value = new NullableColumn();
  readonly #rating = new NullableColumn();
  readonly #comment = new TextColumn();
  readonly #source = new WordColumn();
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add(event: Feedback): void {
    this.#rows++;
    this.#model.add(event.model);
    this.#time.add(event.time);
    this.#id.add(feedbackId(event));
    this.#predictionId.add(event.prediction_id);
    this.#label.add(outcomeText(event.label));
    this.#value.add(typeof event.label === 'number' ? event.label : null);
    this.#rating.add(event.rating);
    this.#comment.add(event.comment);
    this.#source.add(event.source);
  }

  /** The block as bytes of its own. */
  native(received: Millis): Uint8Array {
    const columns = [
      named('model', this.#model),
      named('time', this.#time),
      named('id', this.#id),
      named('prediction_id', this.#predictionId),
      named('class', this.#label),
      named('value', this.#value),
      named('rating', this.#rating),
      named('comment', this.#comment),
      named('source', this.#source),
      named('received', repeated(received, this.#rows)),
    ];
    return Buffer.concat(nativeBlock(this.#rows, columns));
  }
}
