import type { Matcher, Millis, SelectHints, SeriesColumns } from '@bellwether/promql';
import { labelsKey } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import type { History, ReadOptions } from '../metrics/history.ts';
import { joinColumns } from '../metrics/join-columns.ts';
import type { Past } from '../metrics/past.ts';
import { type SeriesCondition, seriesAmong } from '../metrics/series-condition.ts';
import { type Backlog, backlogOf } from './backlog.ts';
import { HOUR_MS, hourOf, hoursOf, type Span } from './buckets.ts';
import { damagedParts } from './damaged-months.ts';
import { type Plan, planOf } from './plan.ts';
import { readBuckets } from './read-buckets.ts';
import { RecordedHours } from './recorded-hours.ts';
import { rollUp } from './roll-up.ts';

interface Range {
  readonly from: Millis;
  readonly to: Millis;
}

/** How many samples there are, and when the oldest is. Asked of each table, ClickHouse knows it without reading any. */
const KEPT = `SELECT toFloat64(sum(rows)), toFloat64(toUnixTimestamp64Milli(minIf(oldest, rows > 0))) FROM (
  SELECT count() AS rows, min(ts) AS oldest FROM bellwether.samples_by_hours
  UNION ALL SELECT count() AS rows, min(ts) AS oldest FROM bellwether.samples)`;

/** The history, whose settled hours are also kept as sums of five minutes that long questions are answered from. */
export class RolledHistory implements Past {
  readonly #client: ClickHouseClient;
  readonly #history: History;
  readonly #recorded: RecordedHours;
  /** Parts whose hours were forgotten already. */
  readonly #damaged = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(client: ClickHouseClient, history: History, recorded: RecordedHours) {
    this.#client = client;
    this.#history = history;
    this.#recorded = recorded;
  }

  /**
   * @param kept From when on samples are kept, and from when on they may still come; hours that reach beyond were settled
   * only for a shorter head, and are made again.
   */
  static async open(
    client: ClickHouseClient,
    history: History,
    kept: Range,
  ): Promise<RolledHistory> {
    const recorded = await RecordedHours.load(client);
    await recorded.forget(recorded.where((hour) => hour > kept.to));
    const rolled = new RolledHistory(client, history, recorded);
    await rolled.#forgetDamaged(kept.from);
    return rolled;
  }

  async read(
    matchers: readonly Matcher[],
    range: Range,
    hints: SelectHints,
    signal?: AbortSignal,
  ): Promise<SeriesColumns[]> {
    const plan = planOf(range, hints, (hour) => this.#recorded.has(hour));
    const options = { signal, maxSamples: hints.maxSamples };
    return plan === undefined
      ? this.#history.read(matchers, range.from, range.to, options)
      : this.#rolled(await this.#history.find(matchers, signal), range, plan, options);
  }

  async #rolled(
    condition: SeriesCondition,
    { from, to }: Range,
    { span, handing }: Plan,
    options: ReadOptions,
  ): Promise<SeriesColumns[]> {
    const { signal } = options;
    const raw = async (first: Millis, last: Millis): Promise<SeriesColumns[]> =>
      first > last ? [] : this.#history.readWhere(condition, first, last, options);
    const labels = await this.#history.labelsWhere(condition, signal);
    const [before, { fit, unfit }, after] = await Promise.all([
      raw(from, span.after),
      readBuckets(this.#client, condition, span, handing, labels, signal),
      raw(span.upTo + 1, to),
    ]);
    const joined = joinColumns(joinColumns(before, fit), after);
    if (unfit.length === 0) return joined;
    const apart = new Set(unfit.map((id) => labelsKey(labels.get(String(id))!)));
    return [
      ...joined.filter((series) => !apart.has(labelsKey(series.labels))),
      ...(await this.#history.readWhere(seriesAmong(unfit), from, to, options)),
    ];
  }

  /** Hours whose samples change are forgotten before they do, and not rolled up while they do. */
  rewrite({ from, to }: Range, write: () => Promise<void>): Promise<void> {
    return this.#exclusive(async () => {
      if (from <= to)
        await this.#recorded.forget(hoursOf({ after: hourOf(from) - HOUR_MS, upTo: to }));
      await write();
    });
  }

  /**
   * The hours that could be rolled up and are not.
   * @param range From when on samples are kept, and the moment before which nothing more comes.
   */
  async backlog({ from, to }: Range): Promise<Backlog> {
    await this.#forgetDamaged(from);
    const answer = await this.#client.query({
      query: KEPT,
      format: 'JSONCompactEachRow',
    });
    const [[samples, oldest]] = (await answer.json<[number, number]>()) as [[number, number]];
    if (samples === 0) return { hours: 0, next: undefined };
    const span = { after: hourOf(Math.max(oldest, from)) - HOUR_MS, upTo: to };
    return backlogOf(span, (hour) => this.#recorded.has(hour));
  }

  /** Rolls up whole hours and records them; nothing is recorded where it fails. */
  rollUp(span: Span, signal?: AbortSignal): Promise<number> {
    return this.#exclusive(async () => {
      const samples = await rollUp(this.#client, span, signal);
      await this.#recorded.record(hoursOf(span));
      return samples;
    });
  }

  /** Hours of which rows were set aside as damaged are forgotten, where there still are samples to make them of. */
  async #forgetDamaged(keptFrom: Millis): Promise<void> {
    for (const { name, holds } of await damagedParts(this.#client)) {
      if (this.#damaged.has(name)) continue;
      this.#damaged.add(name);
      const lost = this.#recorded.where((hour) => hour - HOUR_MS >= keptFrom && holds(hour));
      await this.#recorded.forget(lost);
    }
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
