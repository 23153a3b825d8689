import type { QueryResult } from '@bellwether/promql';
import type { Config, Objectives } from '../config/schema.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { MetricSource } from '../metrics/source.ts';
import { shownAlerts } from './alerts.ts';
import { headline, worst } from './headline.ts';
import {
  type Ask,
  accuracyPanel,
  errorRatePanel,
  latencyPanel,
  requestRatePanel,
} from './panels.ts';
import type { ModelHealth, Overview } from './schemas.ts';

const DAY_MS = 86_400_000;
/** As long as the engine calls a series current: the versions that run now. */
const LOOKBACK_MS = 300_000;
/** What is normal moves slowly and costs a day of samples to know. */
const NORMAL_FOR_MS = 60_000;

export interface OverviewOptions {
  readonly source: MetricSource;
  readonly health: Config['health'];
  readonly log: Logger;
  readonly clock: () => number;
  readonly demo?: Overview['demo'];
}

/** The system health page as data: is all well, in five seconds. Every number is of the same moment. */
export class OverviewService {
  readonly #options: OverviewOptions;
  readonly #slow = new Map<string, { at: number; answer: Promise<number | null> }>();

  #health: Config['health'];

  constructor(options: OverviewOptions) {
    this.#options = options;
    this.#health = options.health;
  }

  /** Other thresholds from now on. */
  judgeBy(health: Config['health']): void {
    this.#health = health;
  }

  async read(): Promise<Overview> {
    const { source, clock, demo = null } = this.#options;
    const at = clock();
    const [names, groups, targets] = await Promise.all([
      source.labelValues(
        'model_name',
        [[{ name: '__name__', op: '=', value: 'ml_requests_total' }]],
        { from: at - DAY_MS, to: at },
      ),
      source.rules(),
      source.targets(),
    ]);
    const alerts = shownAlerts(groups);
    const models = await Promise.all(
      names.map(async (name) => {
        const firing = alerts.filter(
          (alert) =>
            alert.state === 'firing' &&
            (alert.labels['model_name'] ?? alert.labels['model']) === name,
        );
        return this.#model(name, at, firing.length);
      }),
    );
    const down = targets.filter((target) => target.health === 'down');
    const parts = {
      models,
      alerts,
      targets: {
        up: targets.filter((target) => target.health === 'up').length,
        total: targets.length,
        down: down.map(
          (target) =>
            `${target.job} (${target.labels['instance'] ?? target.url}): ${target.lastError}`,
        ),
      },
    };
    return { at, ...headline(parts), ...parts, demo };
  }

  async #model(name: string, at: number, firing: number): Promise<ModelHealth> {
    const ask: Ask = (expr) => this.#number(expr, at);
    const askSlowly: Ask = (expr) => this.#slowNumber(expr, at);
    const objectives: Objectives = {
      ...this.#health.defaults,
      ...withoutUndefined(this.#health.models[name] ?? {}),
    };
    const [panels, versions] = await Promise.all([
      Promise.all([
        requestRatePanel(name, ask, askSlowly),
        errorRatePanel(name, objectives, ask),
        latencyPanel(name, objectives, ask),
        accuracyPanel(name, objectives, ask),
      ]),
      this.#options.source.labelValues(
        'model_version',
        [
          [
            { name: '__name__', op: '=', value: 'ml_requests_total' },
            { name: 'model_name', op: '=', value: name },
          ],
        ],
        { from: at - LOOKBACK_MS, to: at },
      ),
    ]);
    return { name, versions, state: worst(panels.map((panel) => panel.state)), panels, firing };
  }

  async #number(expr: string, at: number): Promise<number | null> {
    try {
      return single(await this.#options.source.instant(expr, at));
    } catch (error) {
      this.#options.log.warn({ expr, error: messageOf(error) }, 'a health query failed');
      return null;
    }
  }

  #slowNumber(expr: string, at: number): Promise<number | null> {
    const known = this.#slow.get(expr);
    if (known !== undefined && at - known.at < NORMAL_FOR_MS) return known.answer;
    const answer = this.#number(expr, at);
    this.#slow.set(expr, { at, answer });
    return answer;
  }
}

/** The one finite number of a result; null when there is none or more than one. */
function single({ value }: QueryResult): number | null {
  let number: number | undefined;
  if (value.type === 'scalar') number = value.value;
  else if (value.type === 'vector' && value.samples.length === 1) number = value.samples[0]!.value;
  return number !== undefined && Number.isFinite(number) ? number : null;
}

function withoutUndefined<T extends object>(
  partial: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
