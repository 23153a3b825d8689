import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EventStoreState } from './store/events/event-store.ts';
import type { MetricStoreState } from './store/metrics/metric-store.ts';
import { BUSY_PENDING } from './store/metrics/pending.ts';
import type { RefusedBecause } from './store/trouble/guarded-sink.ts';

/** Bellwether's own metrics: it watches itself with the same rules and pages as everything else. */
export class Telemetry {
  readonly registry = new Registry();
  readonly #httpSeconds = new Histogram({
    name: 'bellwether_http_request_duration_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['route', 'method', 'code'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
    registers: [this.registry],
  });
  readonly #ruleSeconds = new Histogram({
    name: 'bellwether_rule_group_duration_seconds',
    help: 'Time to evaluate a rule group.',
    labelNames: ['group'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
    registers: [this.registry],
  });
  readonly #ruleFailures = new Counter({
    name: 'bellwether_rule_evaluation_failures_total',
    help: 'Rule evaluations that failed.',
    labelNames: ['group'],
    registers: [this.registry],
  });
  readonly #ruleMissed = new Counter({
    name: 'bellwether_rule_group_iterations_missed_total',
    help: 'Rule group evaluations skipped because the one before took too long.',
    labelNames: ['group'],
    registers: [this.registry],
  });
  readonly #reloadOk = new Gauge({
    name: 'bellwether_config_last_reload_successful',
    help: 'Whether the configuration could be taken up when it was last asked for.',
    registers: [this.registry],
  });
  readonly #eventsStored = new Counter({
    name: 'bellwether_events_stored_total',
    help: 'Model events that ClickHouse has, repeated ones counted again.',
    labelNames: ['type'],
    registers: [this.registry],
  });
  readonly #eventsRefused = new Counter({
    name: 'bellwether_events_refused_total',
    help: 'Model events that were not taken because something is wrong with them.',
    registers: [this.registry],
  });
  readonly #eventsDeferred = new Counter({
    name: 'bellwether_events_deferred_requests_total',
    help: 'Requests with model events that were told to come again because ClickHouse is behind.',
    registers: [this.registry],
  });

  readonly #storeRefused = new Counter({
    name: 'bellwether_store_refused_requests_total',
    help: 'Requests with samples that were told to come again: too much waits (busy), or ClickHouse refused.',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  readonly #scrapedRefused = new Counter({
    name: 'bellwether_scrape_samples_refused_total',
    help: 'Samples of targets that were not stored: another value at their time (conflict), or older than the newest and than storage.out_of_order_time_window.',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  constructor() {
    this.#reloadOk.set(1);
    for (const reason of ['conflict', 'out-of-order', 'too-old'] as const)
      this.#scrapedRefused.inc({ reason }, 0);
    for (const reason of ['busy', 'clickhouse'] as const) this.#storeRefused.inc({ reason }, 0);
    collectDefaultMetrics({ register: this.registry });
  }

  /** Shows the store's state at the moment of each scrape. */
  watchStore(state: () => MetricStoreState & { readonly setAsideParts: number }): void {
    this.gauge('bellwether_head_series', 'Series in memory.', () => state().series);
    new Counter({
      name: 'bellwether_store_refused_series_total',
      help: 'New series that were refused, each time that they came: storage.max_series, storage.max_series_per_job, or memory itself was full.',
      labelNames: ['reason'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [reason, count] of Object.entries(state().refusedSeries))
          this.inc({ reason }, count);
      },
    });
    this.gauge(
      'bellwether_store_pending_samples',
      'Samples in memory that ClickHouse does not have yet.',
      () => state().pendingSamples,
    );
    this.gauge(
      'bellwether_store_pending_samples_limit',
      'Beyond this many pending samples, senders that push are told to come again.',
      () => BUSY_PENDING,
    );
    this.gauge(
      'bellwether_store_lost_samples',
      'Samples given up because ClickHouse refused them for too long.',
      () => state().lostSamples,
    );
    this.gauge(
      'bellwether_store_damaged_parts',
      'Parts of the store that were set aside because they could not be read.',
      () => state().setAsideParts,
    );
  }

  /** Shows how much of the room for events on their way to ClickHouse is taken. */
  watchEvents(state: () => EventStoreState): void {
    this.gauge(
      'bellwether_events_waiting_bytes',
      'Bytes of model events on their way to ClickHouse.',
      () => state().waitingBytes,
    );
    this.gauge(
      'bellwether_events_waiting_limit_bytes',
      'Beyond this many bytes on their way, senders of model events are told to come again.',
      () => state().mostWaitingBytes,
    );
  }

  events(outcome: { predictions: number; feedback: number; refused: number }): void {
    this.#eventsStored.inc({ type: 'prediction' }, outcome.predictions);
    this.#eventsStored.inc({ type: 'feedback' }, outcome.feedback);
    this.#eventsRefused.inc(outcome.refused);
  }

  eventsDeferred(): void {
    this.#eventsDeferred.inc();
  }

  storeRefused(because: RefusedBecause): void {
    this.#storeRefused.inc({ reason: because });
  }

  http(labels: { route: string; method: string; code: number }, seconds: number): void {
    this.#httpSeconds.observe(labels, seconds);
  }

  /** Samples of scrapes that the store did not take. */
  scrapedRefused(reason: string, count: number): void {
    this.#scrapedRefused.inc({ reason }, count);
  }

  reloaded(ok: boolean): void {
    this.#reloadOk.set(ok ? 1 : 0);
  }

  ruleGroup(group: string, run: { seconds: number; failures: number; missed: number }): void {
    this.#ruleSeconds.observe({ group }, run.seconds);
    this.#ruleFailures.inc({ group }, run.failures);
    this.#ruleMissed.inc({ group }, run.missed);
  }

  /** A counter of something that counts itself, read at the moment of each scrape. */
  counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** A gauge that is read at the moment of each scrape. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
