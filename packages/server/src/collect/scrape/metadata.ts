import type { MetadataView } from '../../metrics/source.ts';
import type { MetricMetadata } from './exposition.ts';

/** What targets and senders said of their metrics: several targets may disagree, and each opinion is kept once. */
export class MetadataBook {
  readonly #entries = new Map<string, MetadataView[]>();

  add(metadata: ReadonlyMap<string, MetricMetadata>): void {
    for (const [name, about] of metadata) this.addOne(name, about);
  }

  addOne(name: string, { type, help, unit }: MetadataView): void {
    const known = this.#entries.get(name) ?? [];
    if (known.some((one) => one.type === type && one.help === help && one.unit === unit)) return;
    this.#entries.set(name, [...known, { type, help, unit }]);
  }

  get all(): ReadonlyMap<string, readonly MetadataView[]> {
    return this.#entries;
  }
}
