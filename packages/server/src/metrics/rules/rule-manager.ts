import type { Labels, Millis } from '@bellwether/promql';
import type { QueryFunc, RuleGroup, SeriesSample } from '@bellwether/rules';
import type { Logger } from '../../log.ts';
import type { MetricStore } from '../../store/metrics/metric-store.ts';
import type { Telemetry } from '../../telemetry.ts';
import type { MetricSource, RuleGroupView } from '../source.ts';
import { GroupRunner } from './group-runner.ts';

export interface RuleManagerOptions {
  readonly groups: readonly RuleGroup[];
  readonly source: Pick<MetricSource, 'instant'>;
  readonly store: MetricStore;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  readonly clock: () => Millis;
  readonly defaultIntervalMs: Millis;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

/** Runs every rule group; what they yield goes into the store as series, alerts too. */
export class RuleManager {
  readonly #runners: GroupRunner[];

  constructor(options: RuleManagerOptions) {
    const { groups, source, store, telemetry, ...rest } = options;
    const query = queryOf(source);
    this.#runners = groups.map(
      (group) =>
        new GroupRunner({
          ...rest,
          group,
          query,
          write: (series) => writeTo(store, series),
          onEvaluated: ({ name }, { state, rules }, missed) =>
            telemetry.ruleGroup(name, {
              seconds: (state.durationMs ?? 0) / 1000,
              failures: rules.filter((rule) => rule.health === 'err').length,
              missed,
            }),
        }),
    );
  }

  get groups(): readonly RuleGroupView[] {
    return this.#runners.map((runner) => runner.view);
  }

  async start(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.stop()));
  }
}

function queryOf(source: Pick<MetricSource, 'instant'>): QueryFunc {
  return async (expr, at) => {
    const { value } = await source.instant(expr, at);
    switch (value.type) {
      case 'vector':
        return value.samples;
      case 'scalar':
        return [{ labels: {}, value: value.value }];
      default:
        throw new Error('rule result is not a vector or scalar');
    }
  };
}

function writeTo(store: MetricStore, series: readonly SeriesSample[]): void {
  for (const sample of series) {
    const ref = store.ref(sample.labels);
    if ('stale' in sample) store.markStale(ref, sample.at);
    else store.append(ref, sample.at, sample.value);
  }
}
