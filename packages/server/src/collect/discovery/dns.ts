import { Resolver } from 'node:dns/promises';
import type { Labels } from '@bellwether/promql';
import type { DnsSdConfig } from '../../config/discovery-schema.ts';
import type { Logger } from '../../log.ts';
import type { Discovery, TargetGroup } from './discovery.ts';
import { hostPort } from './host-port.ts';
import { Poll } from './poll.ts';

/** Answers that mean "there is none", which is news, unlike a server that does not answer. */
const NOTHING = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Asks DNS for targets. A name that does not exist has none; while the server does not answer, those known stay.
 * Source: prometheus.io, "Configuration", `<dns_sd_config>`.
 */
export class DnsDiscovery implements Discovery {
  readonly #config: DnsSdConfig;
  readonly #resolver: Resolver;
  readonly #poll: Poll;
  readonly #groups = new Map<string, TargetGroup>();
  #onGroups: (groups: readonly TargetGroup[]) => void = () => undefined;

  /** @param resolver Asks the system's DNS servers unless given. */
  constructor(
    config: DnsSdConfig,
    log: Logger,
    resolver = new Resolver({ timeout: 2000, tries: 2 }),
  ) {
    this.#config = config;
    this.#resolver = resolver;
    this.#poll = new Poll(config.names.join(', '), config.refresh_interval, log, () =>
      this.#look(),
    );
  }

  async start(onGroups: (groups: readonly TargetGroup[]) => void): Promise<void> {
    this.#onGroups = onGroups;
    await this.#poll.now();
  }

  async stop(): Promise<void> {
    this.#resolver.cancel();
    await this.#poll.stop();
  }

  async #look(): Promise<void> {
    const outcomes = await Promise.allSettled(
      this.#config.names.map(async (name) => {
        const targets = await this.#targetsOf(name);
        const shared = { source: name, labels: { __meta_dns_name: name } };
        this.#groups.set(name, { ...shared, targets });
      }),
    );
    this.#onGroups([...this.#groups.values()]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #targetsOf(name: string): Promise<Labels[]> {
    try {
      return await this.#lookUp(name);
    } catch (error) {
      if (error instanceof Error && 'code' in error && NOTHING.has(String(error.code))) return [];
      throw error;
    }
  }

  async #lookUp(name: string): Promise<Labels[]> {
    const port = this.#config.port ?? 0;
    switch (this.#config.type) {
      case 'A':
        return (await this.#resolver.resolve4(name)).map((ip) => ({
          __address__: hostPort(ip, port),
        }));
      case 'AAAA':
        return (await this.#resolver.resolve6(name)).map((ip) => ({
          __address__: hostPort(ip, port),
        }));
      case 'SRV':
        return (await this.#resolver.resolveSrv(name)).map((record) => ({
          __address__: hostPort(withoutDot(record.name), record.port),
          __meta_dns_srv_record_target: withDot(record.name),
          __meta_dns_srv_record_port: String(record.port),
        }));
      case 'MX':
        return (await this.#resolver.resolveMx(name)).map(({ exchange }) => ({
          __address__: hostPort(withoutDot(exchange), port),
          __meta_dns_mx_record_target: withDot(exchange),
        }));
      case 'NS':
        return (await this.#resolver.resolveNs(name)).map((server) => ({
          __address__: hostPort(withoutDot(server), port),
          __meta_dns_ns_record_target: withDot(server),
        }));
    }
  }
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}

/** Prometheus shows names of records as DNS has them, with the dot at their end; Node takes it away. */
function withDot(name: string): string {
  return `${withoutDot(name)}.`;
}
