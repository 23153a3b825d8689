import type { KubernetesRole, KubernetesSdConfig } from '../../../config/discovery-schema.ts';
import type { TargetGroup } from '../discovery.ts';
import { kubeConfigFor, namespacesOf } from './client.ts';
import type { Cluster, ObjectOf } from './cluster.ts';
import { endpointsGroup } from './endpoints.ts';
import { endpointSliceGroup } from './endpointslice.ts';
import { ingressGroup } from './ingress.ts';
import { nodeGroup } from './node.ts';
import { podGroup } from './pod.ts';
import { serviceGroup } from './service.ts';
import { WatchedKind } from './watched-kind.ts';

/** Where each kind of object stands in the API. */
const COLLECTIONS: Readonly<Record<KubernetesRole, { base: string; plural: string }>> = {
  node: { base: '/api/v1', plural: 'nodes' },
  pod: { base: '/api/v1', plural: 'pods' },
  service: { base: '/api/v1', plural: 'services' },
  endpoints: { base: '/api/v1', plural: 'endpoints' },
  endpointslice: { base: '/apis/discovery.k8s.io/v1', plural: 'endpointslices' },
  ingress: { base: '/apis/networking.k8s.io/v1', plural: 'ingresses' },
};

/** What has to be known besides the objects of the role itself. */
const NEEDS: Readonly<Record<KubernetesRole, readonly KubernetesRole[]>> = {
  node: [],
  pod: [],
  service: [],
  endpoints: ['service', 'pod'],
  endpointslice: ['service', 'pod'],
  ingress: [],
};

const ON_A_NODE: ReadonlySet<KubernetesRole> = new Set(['pod', 'endpoints', 'endpointslice']);

type Kinds = { [R in KubernetesRole]?: WatchedKind<ObjectOf[R]>[] };

/** The part of a cluster that a discovery of some role needs, watched; and the target groups it amounts to. */
export class WatchedCluster implements Cluster {
  readonly #role: KubernetesRole;
  readonly #kinds: Kinds = {};

  private constructor(role: KubernetesRole) {
    this.#role = role;
  }

  /** @throws Error when it is not known which cluster to watch. */
  static async open(
    sd: KubernetesSdConfig,
    directory: string,
    events: { onChange: () => void; onError: (message: string) => void },
  ): Promise<WatchedCluster> {
    const cluster = new WatchedCluster(sd.role);
    const config = kubeConfigFor(sd, directory);
    const namespaces = await namespacesOf(sd);
    const roles: KubernetesRole[] = [sd.role, ...NEEDS[sd.role]];
    if (sd.attach_metadata.node && ON_A_NODE.has(sd.role)) roles.push('node');
    for (const role of roles) {
      const { base, plural } = COLLECTIONS[role];
      const selector = sd.selectors.find((each) => each.role === role);
      const scopes =
        role === 'node' || namespaces.length === 0
          ? ['']
          : namespaces.map((name) => `/namespaces/${encodeURIComponent(name)}`);
      Object.assign(cluster.#kinds, {
        [role]: scopes.map(
          (scope) =>
            new WatchedKind<ObjectOf[typeof role]>({
              config,
              path: `${base}${scope}/${plural}`,
              label: selector?.label,
              field: selector?.field,
              ...events,
            }),
        ),
      });
    }
    return cluster;
  }

  /** Resolves when everything was listed, or could not be. */
  async start(): Promise<void> {
    await Promise.all(this.#watched().map((kind) => kind.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#watched().map((kind) => kind.stop()));
  }

  /** Whether all that is needed was listed once. */
  get synced(): boolean {
    return this.#watched().every((kind) => kind.synced);
  }

  all<R extends KubernetesRole>(role: R): readonly ObjectOf[R][] {
    return (this.#kinds[role] ?? []).flatMap((kind) => kind.objects) as ObjectOf[R][];
  }

  find<R extends KubernetesRole>(
    role: R,
    namespace: string | undefined,
    name: string | undefined,
  ): ObjectOf[R] | undefined {
    for (const kind of this.#kinds[role] ?? []) {
      const found = kind.get(namespace ?? '', name ?? '');
      if (found !== undefined) return found as ObjectOf[R];
    }
    return undefined;
  }

  groups(): TargetGroup[] {
    switch (this.#role) {
      case 'node':
        return this.all('node').map(nodeGroup);
      case 'pod':
        return this.all('pod').map((pod) => podGroup(pod, this));
      case 'service':
        return this.all('service').map(serviceGroup);
      case 'endpoints':
        return this.all('endpoints').map((endpoints) => endpointsGroup(endpoints, this));
      case 'endpointslice':
        return this.all('endpointslice').map((slice) => endpointSliceGroup(slice, this));
      case 'ingress':
        return this.all('ingress').map(ingressGroup);
    }
  }

  #watched(): WatchedKind<ObjectOf[KubernetesRole]>[] {
    return Object.values(this.#kinds).flat() as WatchedKind<ObjectOf[KubernetesRole]>[];
  }
}
