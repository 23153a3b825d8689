import type { Labels, Millis } from '@bellwether/promql';
import {
  carryState,
  type GroupState,
  type QueryFunc,
  type RuleGroup,
  type SeriesSample,
} from '@bellwether/rules';
import type { Clocks } from '../../clock/jump-meter.ts';
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
  readonly clocks: Clocks;
  readonly defaultIntervalMs: Millis;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

/** What a reload may change. */
export type RuleSettings = Pick<
  RuleManagerOptions,
  'groups' | 'defaultIntervalMs' | 'externalLabels'
>;

/** Runs every rule group; what they yield goes into the store as series, alerts too. */
export class RuleManager {
  #options: RuleManagerOptions;
  #runners: GroupRunner[];

  constructor(options: RuleManagerOptions) {
    this.#options = options;
    this.#runners = options.groups.map((group) => this.#runner(group));
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

  /** Goes on with other groups: alerts of rules that stay go on too, series of rules that are gone end. */
  async reload(settings: RuleSettings): Promise<void> {
    await this.stop();
    this.#options = { ...this.#options, ...settings };
    const gone = new Map(this.#runners.map((runner) => [identity(runner.group), runner]));
    this.#runners = settings.groups.map((group) => {
      const before = gone.get(identity(group));
      gone.delete(identity(group));
      return this.#runner(group, before && carryState(before.group, before.state, group));
    });
    for (const runner of gone.values()) runner.end();
    await this.start();
  }

  #runner(group: RuleGroup, state?: GroupState): GroupRunner {
    const { groups: _, source, store, telemetry, ...rest } = this.#options;
    return new GroupRunner({
      ...rest,
      group,
      ...(state === undefined ? {} : { state }),
      query: queryOf(source),
      write: (series) => writeTo(store, series),
      onEvaluated: ({ name }, evaluation, missed) =>
        telemetry.ruleGroup(name, {
          seconds: (evaluation.state.durationMs ?? 0) / 1000,
          failures: evaluation.rules.filter((rule) => rule.health === 'err').length,
          missed,
        }),
    });
  }
}

/** Prometheus tells groups apart by file and name. */
function identity({ file, name }: RuleGroup): string {
  return `${file};${name}`;
}

function queryOf(source: Pick<MetricSource, 'instant'>): QueryFunc {
  return async (expr, at) => {
    const { value } = await source.instant(expr, at, { room: 'rules' });
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
    else store.append(ref, sample.at, sample.value, store.oldestTaken);
  }
}
