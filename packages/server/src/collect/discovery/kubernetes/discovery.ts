import type { KubernetesSdConfig } from '../../../config/discovery-schema.ts';
import { messageOf } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import { outsideText } from '../../../outside-text.ts';
import type { Discovery, TargetGroup } from '../discovery.ts';
import type { WatchedCluster } from './watched-cluster.ts';

/** A rollout changes many objects at once; targets are made of them once. */
const SETTLE_MS = 250;

/**
 * Watches a Kubernetes cluster for targets. While the API server cannot be reached, those known stay.
 * Source: prometheus.io, "Configuration", `<kubernetes_sd_config>`.
 */
export class KubernetesDiscovery implements Discovery {
  readonly #config: KubernetesSdConfig;
  readonly #directory: string;
  readonly #log: Logger;
  #cluster: WatchedCluster | undefined;
  #settle: NodeJS.Timeout | undefined;
  #lastError = '';
  #stopped = false;
  #onGroups: (groups: readonly TargetGroup[]) => void = () => undefined;

  constructor(config: KubernetesSdConfig, directory: string, log: Logger) {
    this.#config = config;
    this.#directory = directory;
    this.#log = log;
  }

  async start(onGroups: (groups: readonly TargetGroup[]) => void): Promise<void> {
    this.#onGroups = onGroups;
    try {
      // The client is large; only those who watch a cluster load it.
      const { WatchedCluster } = await import('./watched-cluster.ts');
      this.#cluster = await WatchedCluster.open(this.#config, this.#directory, {
        onChange: () => this.#changed(),
        onError: (message) => this.#failed(message),
      });
    } catch (error) {
      this.#failed(messageOf(error));
      return;
    }
    if (this.#stopped) return;
    await this.#cluster.start();
    this.#publish();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#settle);
    await this.#cluster?.stop();
  }

  #changed(): void {
    if (this.#stopped) return;
    this.#settle ??= setTimeout(() => this.#publish(), SETTLE_MS);
  }

  #publish(): void {
    clearTimeout(this.#settle);
    this.#settle = undefined;
    if (this.#stopped || this.#cluster?.synced !== true) return;
    this.#lastError = '';
    this.#onGroups(this.#cluster.groups());
  }

  #failed(reason: string): void {
    const message = outsideText(reason);
    if (message !== this.#lastError)
      this.#log.warn(
        { discovery: `kubernetes ${this.#config.role}`, error: message },
        'discovery failed; the targets known so far stay',
      );
    this.#lastError = message;
  }
}
