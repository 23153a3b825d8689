import { setTimeout as pause } from 'node:timers/promises';
import { type Labels, labelsKey } from '@bellwether/promql';
import { fingerprint } from '../../config/fingerprint.ts';
import type { TargetMetadata, TargetView } from '../../metrics/source.ts';
import { HttpClient } from '../../outbound/http-client.ts';
import { outsideText } from '../../outside-text.ts';
import { discoveriesOf } from '../discovery/discoveries.ts';
import type { Discovery, TargetGroup } from '../discovery/discovery.ts';
import { fetchExposition } from './fetch-exposition.ts';
import type { JobSettings } from './job-settings.ts';
import { ScrapeLoop, type ScrapeSinks } from './scrape-loop.ts';
import { resolveTargets, type Target } from './target.ts';

/** A discovery that has said nothing for so long is not waited for; its targets come when they come. */
const FIRST_LOOK_MS = 5000;
/** Of targets that could not become one, so many are named in the log. */
const PROBLEMS_NAMED = 10;

export interface ScrapePoolOptions extends ScrapeSinks {
  readonly job: JobSettings;
  /** Relative paths of the configuration start here. */
  readonly directory: string;
}

interface Source {
  readonly discovery: Discovery;
  groups: readonly TargetGroup[];
}

/** The targets of one job: finds them, and keeps a loop for each as long as it is there. */
export class ScrapePool {
  readonly #options: ScrapePoolOptions;
  readonly #sources = new Map<string, Source>();
  readonly #loops = new Map<string, ScrapeLoop>();
  readonly #ending = new Set<Promise<void>>();
  #job: JobSettings;
  #client: HttpClient;
  #dropped: readonly Labels[] = [];
  #problems = '';
  #live = false;
  #over = false;

  constructor(options: ScrapePoolOptions) {
    this.#options = options;
    this.#job = options.job;
    this.#client = new HttpClient(options.job.config, options.directory);
  }

  get targets(): readonly TargetView[] {
    return [...this.#loops.values()].map((loop) => loop.view);
  }

  get targetMetadata(): readonly TargetMetadata[] {
    return [...this.#loops.values()].map((loop) => loop.metadata);
  }

  /** Labels before relabelling of the targets that relabelling dropped, as many as are to be kept. */
  get dropped(): readonly Labels[] {
    const { keepDroppedTargets } = this.#job;
    return keepDroppedTargets > 0 ? this.#dropped.slice(0, keepDroppedTargets) : this.#dropped;
  }

  get droppedCount(): number {
    return this.#dropped.length;
  }

  /** Resolves when every target that was found at once was asked once. */
  async start(): Promise<void> {
    await this.#look();
    if (this.#over) return;
    this.#live = true;
    await Promise.all(this.#sync());
  }

  /** Goes on with another configuration: what it does not change goes on undisturbed. */
  async reload(job: JobSettings): Promise<void> {
    const same = scrapedAlike(this.#job) === scrapedAlike(job);
    this.#live = false;
    this.#job = job;
    await this.#look();
    const client = this.#client;
    if (!same) this.#client = new HttpClient(job.config, this.#options.directory);
    this.#live = true;
    const started = this.#sync(!same);
    // The old loops still ask through the old client until the new ones have taken over.
    if (!same) this.#inBackground(Promise.all(started).then(() => client.close()));
  }

  /** Ends no series: after a restart they go on. */
  async stop(): Promise<void> {
    this.#live = false;
    this.#over = true;
    await Promise.all([...this.#sources.values()].map(({ discovery }) => discovery.stop()));
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()));
    await Promise.all(this.#ending);
    await this.#client.close();
  }

  /** Stops because the job is gone: all its series end. */
  async retire(): Promise<void> {
    this.#live = false;
    this.#over = true;
    await Promise.all([...this.#sources.values()].map(({ discovery }) => discovery.stop()));
    for (const loop of this.#loops.values()) this.#retire(loop);
    this.#loops.clear();
    await Promise.all(this.#ending);
    await this.#client.close();
  }

  /** Starts discoveries that are new and stops those no longer wanted, in this order, so that no target is lost between. */
  async #look(): Promise<void> {
    const wanted = discoveriesOf(this.#job.config, this.#options);
    const started: Promise<void>[] = [];
    for (const [key, make] of wanted) {
      if (this.#sources.has(key)) continue;
      const source: Source = { discovery: make(), groups: [] };
      this.#sources.set(key, source);
      started.push(
        source.discovery.start((groups) => {
          source.groups = groups;
          if (this.#live) this.#sync();
        }),
      );
    }
    const enough = new AbortController();
    await Promise.race([
      Promise.all(started),
      pause(FIRST_LOOK_MS, undefined, { signal: enough.signal }).catch(() => undefined),
    ]);
    enough.abort();
    for (const [key, source] of this.#sources) {
      if (wanted.has(key)) continue;
      this.#sources.delete(key);
      await source.discovery.stop();
    }
  }

  /**
   * Makes the loops what the discoveries say; returns the first scrapes of new ones.
   * @param anew Whether targets that stay get new loops too, as the way of scraping has changed.
   */
  #sync(anew = false): Promise<void>[] {
    const groups = [...this.#sources.values()].flatMap((source) => source.groups);
    const { targets, dropped, problems } = resolveTargets(groups, this.#job);
    this.#dropped = dropped;
    this.#complain(problems);
    const { targetLimit } = this.#job;
    const refusal =
      targetLimit > 0 && targets.size > targetLimit
        ? `target_limit exceeded (number of targets: ${targets.size}, limit: ${targetLimit})`
        : null;

    const leaving = new Map<string, ScrapeLoop>();
    for (const [key, loop] of this.#loops) {
      loop.refuse(refusal);
      if (targets.has(key) && !anew) continue;
      this.#loops.delete(key);
      leaving.set(labelsKey(loop.view.labels), loop);
    }
    const started: Promise<void>[] = [];
    for (const [key, target] of targets) {
      if (this.#loops.has(key)) continue;
      const labels = labelsKey(target.labels);
      const loop = this.#loopFor(target, leaving.get(labels));
      leaving.delete(labels);
      loop.refuse(refusal);
      this.#loops.set(key, loop);
      started.push(loop.start());
    }
    for (const loop of leaving.values()) this.#retire(loop);
    return started;
  }

  #loopFor(target: Target, predecessor: ScrapeLoop | undefined): ScrapeLoop {
    const job = this.#job;
    const client = this.#client;
    return new ScrapeLoop({
      ...this.#options,
      target,
      rules: job.rules,
      read: () => fetchExposition(client, target, job),
      predecessor,
    });
  }

  #retire(loop: ScrapeLoop): void {
    this.#inBackground(loop.retire());
  }

  #inBackground(work: Promise<void>): void {
    const end = work.finally(() => this.#ending.delete(end));
    this.#ending.add(end);
  }

  #complain(problems: readonly string[]): void {
    const named = problems.slice(0, PROBLEMS_NAMED).map(outsideText);
    const text = JSON.stringify([problems.length, named]);
    if (problems.length > 0 && text !== this.#problems)
      this.#options.log.warn(
        { job: this.#job.config.job_name, problems: named, leftOut: problems.length },
        'targets left out',
      );
    this.#problems = text;
  }
}

/** Same text, same way of scraping: all of a job but how its targets are found. */
function scrapedAlike(job: JobSettings): string {
  const {
    static_configs: _static,
    file_sd_configs: _file,
    http_sd_configs: _http,
    dns_sd_configs: _dns,
    kubernetes_sd_configs: _kubernetes,
    relabel_configs: _relabel,
    target_limit: _limit,
    keep_dropped_targets: _keep,
    ...config
  } = job.config;
  const { limits, histograms } = job.rules;
  return fingerprint([config, limits, histograms, job.protocols, job.bodyLimitBytes]);
}
