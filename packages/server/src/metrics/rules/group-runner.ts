import type { Millis } from '@bellwether/promql';
import {
  evaluateGroup,
  evaluationSlot,
  type GroupEvaluation,
  type GroupState,
  groupOffsetMs,
  initialGroupState,
  type NextEvaluation,
  nextEvaluation,
  type QueryFunc,
  type RuleGroup,
  restoreForState,
  type SeriesSample,
  seriesOf,
  shiftState,
} from '@bellwether/rules';
import { type Clocks, JumpMeter } from '../../clock/jump-meter.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { RuleGroupView } from '../source.ts';
import { groupView } from './group-view.ts';

/** After a longer outage, alerts start anew. Prometheus: one hour. */
const OUTAGE_TOLERANCE_MS = 3_600_000;

export interface GroupRunnerOptions {
  readonly group: RuleGroup;
  /** What an earlier version of the group remembered; without it, a restart's memory is looked for. */
  readonly state?: GroupState;
  readonly query: QueryFunc;
  readonly write: (series: readonly SeriesSample[]) => void;
  readonly onEvaluated: (group: RuleGroup, evaluation: GroupEvaluation, missed: number) => void;
  readonly defaultIntervalMs: Millis;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly externalUrl: string;
  readonly clocks: Clocks;
  readonly log: Logger;
}

/** Evaluates one rule group on its beat. Decisions are those of `@bellwether/rules`; here are the timer and the writing. */
export class GroupRunner {
  readonly #options: GroupRunnerOptions;
  readonly #intervalMs: Millis;
  readonly #meter: JumpMeter;
  #state: GroupState;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: GroupRunnerOptions) {
    this.#options = options;
    this.#intervalMs = options.group.intervalMs ?? options.defaultIntervalMs;
    this.#meter = new JumpMeter(options.clocks);
    this.#state = options.state ?? initialGroupState(options.group, { restored: false });
  }

  get group(): RuleGroup {
    return this.#options.group;
  }

  get state(): GroupState {
    return this.#state;
  }

  get view(): RuleGroupView {
    return groupView(this.#options.group, this.#state, this.#intervalMs);
  }

  /**
   * The first evaluation finds which alerts are active, the restart's memory then says since when, and the second shows
   * them as they were: a firing alert is not pending again because we were away.
   */
  async start(): Promise<void> {
    const { group, state, query } = this.#options;
    const first = this.#slot();
    if (state !== undefined) {
      this.#wait(first);
      return;
    }
    await this.#evaluate(first, 0);
    this.#state = await restoreForState(group, this.#state, query, first, {
      outageToleranceMs: OUTAGE_TOLERANCE_MS,
      gracePeriodMs: 0,
    });
    await this.#evaluate(first, 0);
    this.#wait(first);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** For a group that is no more: ends the series it has yielded. Call once stopped. */
  end(): void {
    const { clocks, write } = this.#options;
    const at = clocks.wall();
    write(seriesOf(this.#state).map((labels) => ({ labels, at, stale: true })));
  }

  #wait(last: Millis): void {
    if (this.#stopped) return;
    const { wall } = this.#options.clocks;
    const left = last + this.#intervalMs - wall();
    this.#timer = setTimeout(
      () => {
        const next = this.#next(last);
        if (next === undefined) this.#wait(last);
        else
          this.#running = this.#evaluate(next.at, next.missed).finally(() => this.#wait(next.at));
      },
      // Never longer than an interval, wherever the clock is set to meanwhile.
      Math.min(Math.max(1, left), this.#intervalMs),
    );
  }

  #next(last: Millis): NextEvaluation | undefined {
    const jump = this.#meter.take();
    if (jump === 0) return nextEvaluation(last, this.#options.clocks.wall(), this.#intervalMs);
    this.#state = shiftState(this.#state, jump);
    return { at: this.#slot(), missed: 0 };
  }

  /** The slot that is now. */
  #slot(): Millis {
    const offset = groupOffsetMs(this.#options.group, this.#intervalMs);
    return evaluationSlot(this.#options.clocks.wall(), this.#intervalMs, offset);
  }

  async #evaluate(now: Millis, missed: number): Promise<void> {
    const {
      group,
      query,
      write,
      onEvaluated,
      defaultIntervalMs,
      externalLabels,
      externalUrl,
      log,
    } = this.#options;
    try {
      const evaluation = await evaluateGroup(group, this.#state, {
        query,
        now,
        write,
        externalLabels,
        externalUrl,
        defaultIntervalMs,
        clock: () => performance.now(),
      });
      for (const report of evaluation.rules) {
        const before = this.#state.rules[group.rules.indexOf(report.rule)]?.lastError;
        if (report.lastError !== undefined && report.lastError !== before)
          log.warn(
            { group: group.name, expr: report.rule.expr, error: report.lastError },
            'a rule failed',
          );
      }
      this.#state = evaluation.state;
      onEvaluated(group, evaluation, missed);
    } catch (error) {
      log.error(
        { group: group.name, error: messageOf(error) },
        'a rule group could not be evaluated',
      );
    }
  }
}
