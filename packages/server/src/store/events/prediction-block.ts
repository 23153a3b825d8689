import type { Prediction } from '@bellwether/formats';
import type { Millis } from '@bellwether/promql';
import { nativeBlock } from '../native-format.ts';
import {
  MapColumn,
  NullableColumn,
  NumberColumn,
  named,
  repeated,
  TextColumn,
  TimeColumn,
  WordColumn,
} from './columns.ts';

/** Predictions as rows of `bellwether.prediction_events`, on their way into ClickHouse's Native format. */
export class PredictionBlock {
  readonly #model = new WordColumn();
  readonly #time = new TimeColumn();
  readonly #id = new TextColumn();
  readonly #version = new WordColumn();
  readonly #predicted = new WordColumn();
  readonly #value = new NullableColumn();
  readonly #confidence = new NullableColumn();
  readonly #segment = new WordColumn();
  readonly #latency = new NullableColumn();
  readonly #inputTokens = new NullableColumn('UInt32');
  readonly #outputTokens = new NullableColumn('UInt32');
  readonly #cost = new NullableColumn();
  readonly #numbers = new MapColumn(new NumberColumn());
  readonly #texts = new MapColumn(new TextColumn());
  readonly #labels = new MapColumn(new TextColumn());
  readonly #input = new TextColumn();
  readonly #output = new TextColumn();
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add(event: Prediction): void {
    const { prediction } = event;
    this.#rows++;
    this.#model.add(event.model);
    this.#time.add(event.time);
    this.#id.add(event.id);
    this.#version.add(event.version);
    this.#predicted.add(outcomeText(prediction));
    this.#value.add(typeof prediction === 'number' ? prediction : null);
    this.#confidence.add(event.confidence);
    this.#segment.add(event.segment);
    this.#latency.add(event.latency_ms);
    this.#inputTokens.add(event.input_tokens);
    this.#outputTokens.add(event.output_tokens);
    this.#cost.add(event.cost);
    this.#addFeatures(event.features);
    for (const name in event.labels) this.#labels.put(name, event.labels[name]!);
    this.#labels.end();
    this.#input.add(event.input);
    this.#output.add(event.output);
  }

  /** The block as bytes of its own. */
  native(received: Millis): Uint8Array {
    const columns = [
      named('model', this.#model),
      named('time', this.#time),
      named('id', this.#id),
      named('version', this.#version),
      named('class', this.#predicted),
      named('value', this.#value),
      named('confidence', this.#confidence),
      named('segment', this.#segment),
      named('latency_ms', this.#latency),
      named('input_tokens', this.#inputTokens),
      named('output_tokens', this.#outputTokens),
      named('cost', this.#cost),
      named('features', this.#numbers),
      named('feature_texts', this.#texts),
      named('labels', this.#labels),
      named('input', this.#input),
      named('output', this.#output),
      named('received', repeated(received, this.#rows)),
    ];
    return Buffer.concat(nativeBlock(this.#rows, columns));
  }

  #addFeatures(features: Prediction['features']): void {
    for (const name in features) {
      const feature = features[name];
      if (typeof feature === 'number') this.#numbers.put(name, feature);
      else if (typeof feature === 'string') this.#texts.put(name, feature);
      else if (typeof feature === 'boolean') this.#numbers.put(name, Number(feature));
    }
    this.#numbers.end();
    this.#texts.end();
  }
}

/** A class as text; of a number there is none, the views make it from the value. */
export function outcomeText(outcome: Prediction['prediction']): string | undefined {
  return typeof outcome === 'number' ? undefined : outcome?.toString();
}
