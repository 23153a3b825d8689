import { z } from 'zod';
import { type HttpSdConfig, targetGroupSchema } from '../../config/discovery-schema.ts';
import type { Logger } from '../../log.ts';
import { HttpClient } from '../../outbound/http-client.ts';
import { textOf } from '../../outbound/read-limited.ts';
import type { Discovery, TargetGroup } from './discovery.ts';
import { Poll } from './poll.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** Null is how Go writes a list, a map or a text without anything in it. */
const answerSchema = z
  .array(
    z.preprocess((group) => (isObject(group) ? groupWithoutNull(group) : group), targetGroupSchema),
  )
  .nullable()
  .transform((groups) => groups ?? []);

/**
 * Asks an HTTP endpoint for target groups in JSON. While it does not answer well, the targets it named last stay.
 * Source: prometheus.io, "HTTP SD".
 */
export class HttpDiscovery implements Discovery {
  readonly #config: HttpSdConfig;
  readonly #client: HttpClient;
  readonly #poll: Poll;
  #onGroups: (groups: readonly TargetGroup[]) => void = () => undefined;

  constructor(config: HttpSdConfig, directory: string, log: Logger) {
    this.#config = config;
    this.#client = new HttpClient(config, directory);
    this.#poll = new Poll(config.url, config.refresh_interval, log, () => this.#look());
  }

  async start(onGroups: (groups: readonly TargetGroup[]) => void): Promise<void> {
    this.#onGroups = onGroups;
    await this.#poll.now();
  }

  async stop(): Promise<void> {
    await this.#poll.stop();
    await this.#client.close();
  }

  async #look(): Promise<void> {
    const { url, refresh_interval: intervalMs } = this.#config;
    const { contentType, chunks } = await this.#client.get({
      url,
      headers: {
        accept: 'application/json',
        'x-prometheus-refresh-interval-seconds': String(intervalMs / 1000),
      },
      timeoutMs: intervalMs,
      maxBytes: MAX_BYTES,
    });
    if (!/^application\/json\s*(;.*)?$/i.test(contentType))
      throw new Error(`it answers with Content-Type "${contentType}", not application/json`);
    const parsed = answerSchema.safeParse(JSON.parse(textOf(Buffer.concat(chunks))));
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0]!;
      throw new Error(`its answer is not a list of target groups: ${path.join('.')}: ${message}`);
    }
    this.#onGroups(
      parsed.data.map(({ targets, labels = {} }, index) => ({
        source: `${url}:${index}`,
        targets: targets.map((address) => ({ __address__: address })),
        labels: { ...labels, __meta_url: url },
      })),
    );
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function groupWithoutNull({ targets, labels, ...rest }: Readonly<Record<string, unknown>>): object {
  return {
    ...rest,
    targets: Array.isArray(targets) ? targets.map((each) => each ?? '') : (targets ?? []),
    labels: isObject(labels)
      ? Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, value ?? '']))
      : (labels ?? {}),
  };
}
