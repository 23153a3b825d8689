import { isOfProcess } from './metric/exposition.ts';
import type { Aggregation, Family, MetricType } from './metric/family.ts';

/** As much of prom-client's `Registry` as is needed; the package itself is never imported. */
export interface PromClientRegistry {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
}

interface PromClientValue {
  readonly metricName?: string;
  readonly labels: Record<string, string | number>;
  readonly value: number;
}

/** What prom-client asks of a metric: `get` when it is read, `reset` when it is told to forget. */
class PromClientMetric {
  name: string;
  readonly help: string;
  readonly type: MetricType;
  /** What prom-client's AggregatorRegistry does with the values of a cluster's workers. */
  readonly aggregator: Aggregation;
  readonly #families = new Set<Family>();

  constructor(family: Family) {
    this.name = family.name;
    this.help = family.help;
    this.type = family.type;
    this.aggregator = family.aggregation;
  }

  add(family: Family): void {
    this.#families.add(family);
  }

  async get() {
    const values: PromClientValue[] = [];
    for (const family of this.#families) {
      family.collect((suffix, { names, values: labelValues }, value, le) => {
        const bound = le === Number.POSITIVE_INFINITY ? '+Inf' : le;
        const labels = Object.fromEntries<string | number>([
          ...(bound === undefined ? [] : [['le', bound] as const]),
          ...names.map((name, index) => [name, labelValues[index] ?? ''] as const),
        ]);
        // prom-client puts the name itself, with OpenMetrics' suffix where that is asked for.
        values.push(
          suffix === '' ? { labels, value } : { metricName: this.name + suffix, labels, value },
        );
      });
    }
    const { aggregator, help, name, type } = this;
    return { name, help, type, aggregator, values };
  }

  /** Ours belong to their monitor: a registry that forgets must not make its counters fall. */
  reset(): void {}
}

/**
 * Makes families readable through a prom-client registry: its `metrics()` then has ours as well.
 *
 * Several monitors may share a registry; their series come under one name. A `process_` or `nodejs_`
 * metric that the registry has already is left to its owner.
 *
 * @throws Error when the registry has a metric of one of our names that is not ours
 */
export function registerFamilies(registry: PromClientRegistry, families: Iterable<Family>): void {
  const ours = [...families].filter(({ name }) => {
    const known = registry.getSingleMetric(name);
    if (known === undefined || known instanceof PromClientMetric) return true;
    if (isOfProcess(name)) return false;
    throw new Error(
      `The prom-client registry already has a metric named ${name}; ` +
        'remove it or give the monitor a registry of its own.',
    );
  });
  for (const family of ours) {
    let metric = registry.getSingleMetric(family.name);
    if (!(metric instanceof PromClientMetric)) {
      metric = new PromClientMetric(family);
      registry.registerMetric(metric as never);
    }
    (metric as PromClientMetric).add(family);
  }
}
