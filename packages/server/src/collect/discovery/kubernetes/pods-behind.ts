import type { V1ObjectReference, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from './cluster.ts';
import { type MetaLabels, objectKey } from './meta.ts';
import { containerPortLabels, podLabels, uncoveredPorts } from './pod.ts';

/** The pods that endpoints lead to, and which of their ports have a target already. */
export class PodsBehind {
  readonly #cluster: Cluster;
  readonly #seen = new Map<string, { pod: V1Pod; covered: Set<number> }>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** What to say of the pod behind an endpoint; nothing when it leads to no pod that is known. */
  labels(
    ref: V1ObjectReference | undefined,
    port: number | undefined,
    protocol?: string,
  ): MetaLabels {
    if (ref?.kind !== 'Pod') return {};
    const pod = this.#cluster.find('pod', ref.namespace, ref.name);
    if (pod === undefined) return {};
    const key = objectKey(ref.namespace, ref.name);
    const entry = this.#seen.get(key) ?? { pod, covered: new Set<number>() };
    this.#seen.set(key, entry);
    if (port === undefined) return podLabels(pod);
    entry.covered.add(port);
    return { ...podLabels(pod), ...containerPortLabels(pod, port, protocol) };
  }

  /** Targets for the ports of these pods that have none yet. */
  rest(): MetaLabels[] {
    return [...this.#seen.values()].flatMap(({ pod, covered }) => uncoveredPorts(pod, covered));
  }
}
