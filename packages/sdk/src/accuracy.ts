import { Computed } from './metric/computed.ts';
import type { Family, LabelSet } from './metric/family.ts';
import { SeriesTable } from './metric/series-table.ts';
import type { Settings } from './options.ts';
import { RollingAccuracy } from './rolling-accuracy.ts';

/** The segment that stands for every labelled prediction; the name is document B's. */
const GROUND_TRUTH_SAMPLE = 'ground_truth_sample';

interface SegmentAccuracy {
  readonly labels: LabelSet;
  readonly rolling: RollingAccuracy;
  readonly minimum: number;
}

/**
 * Accuracy over the newest labelled predictions: of all of them, and of each segment.
 *
 * An accuracy is exposed once enough labels stand behind it and is absent before; how many stand
 * behind it is always exposed. Document B's accuracy per segment runs over all time and its sample
 * over the last 100; here both are rolling, so that a fall is seen however long the service has run.
 */
export class Accuracy {
  readonly families: readonly Family[];
  readonly #segments: SeriesTable<SegmentAccuracy>;
  readonly #sample: SegmentAccuracy;

  constructor(settings: Settings, onOverflow: () => void) {
    this.#segments = new SeriesTable({
      labelNames: ['model_name', 'segment'],
      fixed: [settings.model],
      maxSeries: settings.maxSeries,
      onOverflow,
      create: (labels) => ({
        labels,
        rolling: new RollingAccuracy(settings.window),
        minimum:
          labels.values[1] === GROUND_TRUTH_SAMPLE ? settings.minimum : settings.segmentMinimum,
      }),
    });
    this.#sample = this.#segments.get(GROUND_TRUTH_SAMPLE);
    this.families = [
      new Computed(
        'gauge',
        'ml_accuracy_by_segment',
        `Share of right predictions among the last ${settings.window} labelled ones`,
        () => this.#accuracies(),
        'average',
      ),
      new Computed(
        'gauge',
        'ml_accuracy_samples',
        'Labelled predictions behind each accuracy',
        () => this.#samples(),
      ),
    ];
  }

  /** Adds one judged prediction. */
  record(correct: boolean, segment: string | undefined): void {
    this.#sample.rolling.record(correct);
    // A segment of that name would count every label twice.
    if (segment === undefined || segment === GROUND_TRUTH_SAMPLE) return;
    this.#segments.get(segment).rolling.record(correct);
  }

  *#accuracies() {
    for (const { labels, minimum, rolling } of this.#segments.values()) {
      if (rolling.samples >= minimum) yield { labels, value: rolling.value };
    }
  }

  *#samples() {
    for (const { labels, rolling } of this.#segments.values()) {
      yield { labels, value: rolling.samples };
    }
  }
}
