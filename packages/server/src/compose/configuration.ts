import type { Millis } from '@bellwether/promql';
import type { ServerStatus } from '../api/prometheus/server-status.ts';
import type { LoadedConfig } from '../config/load.ts';
import { BellwetherError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Telemetry } from '../telemetry.ts';

export interface ConfigurationOptions extends LoadedConfig {
  readonly clock: () => Millis;
  readonly log: Logger;
  readonly telemetry: Pick<Telemetry, 'reloaded'>;
  /** Reads the configuration anew; without it there is nothing to reload. */
  readonly load?: () => Promise<LoadedConfig>;
  /** Has the parts take it up. */
  readonly takeUp: (next: LoadedConfig) => Promise<void>;
}

/** The configuration in force, and how another comes in its place. */
export class Configuration {
  readonly #options: ConfigurationOptions;
  #status: ServerStatus;

  constructor(options: ConfigurationOptions) {
    const { clock, config, file } = options;
    this.#options = options;
    const now = clock();
    this.#status = {
      config,
      configFile: file ?? undefined,
      startedAt: now,
      configuredAt: now,
      reloadSucceeded: true,
    };
  }

  get status(): ServerStatus {
    return this.#status;
  }

  /**
   * Takes up what changed in scrape configurations, rules and health thresholds. Addresses and storage need a restart.
   * @param askedBy Who wants it, for the log.
   * @throws BellwetherError and changes nothing
   */
  async reload(askedBy: string): Promise<void> {
    const { clock, log, takeUp, telemetry } = this.#options;
    try {
      const next = await this.#load();
      await takeUp(next);
      // The others need a restart.
      const { server, storage, query, otlp, metrics } = this.#status.config;
      const config = { ...next.config, server, storage, query, otlp, metrics };
      this.#status = { ...this.#status, config, configuredAt: clock(), reloadSucceeded: true };
      telemetry.reloaded(true);
      log.info(`configuration reloaded, as asked by ${askedBy}`);
    } catch (error) {
      this.#status = { ...this.#status, reloadSucceeded: false };
      telemetry.reloaded(false);
      log.error(
        `configuration not reloaded, as asked by ${askedBy}; nothing changed: ${messageOf(error)}`,
      );
      throw error;
    }
  }

  #load(): Promise<LoadedConfig> {
    const { load } = this.#options;
    if (load !== undefined) return load();
    throw new BellwetherError(
      'BW_CONFIG_NOT_FOUND',
      'this server was started without a configuration file',
      'Start it with -c FILE to be able to reload.',
    );
  }
}
