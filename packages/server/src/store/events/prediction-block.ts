import type { Millis } from '@bellwether/promql';
import { nativeBlock } from '../native-format.ts';
import {
  MapColumn,
  NullableColumn,
  NumberColumn,
  named,
  TextColumn,
  TimeColumn,
  WordColumn,
} from './columns.ts';
import type { Prediction } from './event.ts';

/** Predictions as rows of `bellwether.prediction_events`, in ClickHouse's Native format. */
export function predictionBlock(events: readonly Prediction[], received: Millis): Uint8Array {
  const id = new TextColumn();
  const time = new TimeColumn();
  const model = new WordColumn();
  const version = new WordColumn();
  const predicted = new WordColumn();
  const value = new NullableColumn();
  const confidence = new NullableColumn();
  const segment = new WordColumn();
  const latency = new NullableColumn();
  const inputTokens = new NullableColumn('UInt32');
  const outputTokens = new NullableColumn('UInt32');
  const cost = new NullableColumn();
  const numbers = new MapColumn(new NumberColumn());
  const texts = new MapColumn(new TextColumn());
  const labels = new MapColumn(new TextColumn());
  const input = new TextColumn();
  const output = new TextColumn();
  const receivedAt = new TimeColumn();

  for (const event of events) {
    const { prediction } = event;
    id.add(event.id);
    time.add(event.time);
    model.add(event.model);
    version.add(event.version);
    predicted.add(outcomeText(prediction));
    value.add(typeof prediction === 'number' ? prediction : null);
    confidence.add(event.confidence);
    segment.add(event.segment);
    latency.add(event.latency_ms);
    inputTokens.add(event.input_tokens);
    outputTokens.add(event.output_tokens);
    cost.add(event.cost);
    for (const name in event.features) {
      const feature = event.features[name];
      if (typeof feature === 'string') texts.put(name, feature);
      else if (feature !== null && feature !== undefined) numbers.put(name, Number(feature));
    }
    numbers.end();
    texts.end();
    for (const name in event.labels) labels.put(name, event.labels[name]!);
    labels.end();
    input.add(event.input);
    output.add(event.output);
    receivedAt.add(received);
  }
  const columns = [
    named('model', model),
    named('time', time),
    named('id', id),
    named('version', version),
    named('class', predicted),
    named('value', value),
    named('confidence', confidence),
    named('segment', segment),
    named('latency_ms', latency),
    named('input_tokens', inputTokens),
    named('output_tokens', outputTokens),
    named('cost', cost),
    named('features', numbers),
    named('feature_texts', texts),
    named('labels', labels),
    named('input', input),
    named('output', output),
    named('received', receivedAt),
  ];
  return Buffer.concat(nativeBlock(events.length, columns));
}

/** A class as text; of a number there is none, the views make it from the value. */
export function outcomeText(outcome: Prediction['prediction']): string | undefined {
  return typeof outcome === 'number' ? undefined : outcome?.toString();
}
