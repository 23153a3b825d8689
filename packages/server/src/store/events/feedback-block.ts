import type { Millis } from '@bellwether/promql';
import { nativeBlock } from '../native-format.ts';
import { NullableColumn, named, TextColumn, TimeColumn, WordColumn } from './columns.ts';
import { type Feedback, feedbackId } from './event.ts';
import { outcomeText } from './prediction-block.ts';

/** Feedback as rows of `bellwether.feedback_events`, in ClickHouse's Native format. */
export function feedbackBlock(events: readonly Feedback[], received: Millis): Uint8Array {
  const id = new TextColumn();
  const time = new TimeColumn();
  const model = new WordColumn();
  const predictionId = new TextColumn();
  const label = new WordColumn();
  const value = new NullableColumn();
  const rating = new NullableColumn();
  const comment = new TextColumn();
  const source = new WordColumn();
  const receivedAt = new TimeColumn();

  for (const event of events) {
    id.add(feedbackId(event));
    time.add(event.time);
    model.add(event.model);
    predictionId.add(event.prediction_id);
    label.add(outcomeText(event.label));
    value.add(typeof event.label === 'number' ? event.label : null);
    rating.add(event.rating);
    comment.add(event.comment);
    source.add(event.source);
    receivedAt.add(received);
  }
  const columns = [
    named('model', model),
    named('time', time),
    named('id', id),
    named('prediction_id', predictionId),
    named('class', label),
    named('value', value),
    named('rating', rating),
    named('comment', comment),
    named('source', source),
    named('received', receivedAt),
  ];
  return Buffer.concat(nativeBlock(events.length, columns));
}
