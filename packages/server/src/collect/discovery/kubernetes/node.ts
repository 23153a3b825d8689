import type { V1Node } from '@kubernetes/client-node';
import type { TargetGroup } from '../discovery.ts';
import { hostPort } from '../host-port.ts';
import type { Cluster } from './cluster.ts';
import { label, type MetaLabels, objectKey, objectLabels, sanitize } from './meta.ts';

/** Which address of a node is asked, best first. */
const ADDRESS_TYPES = ['InternalIP', 'ExternalIP', 'LegacyHostIP', 'Hostname'];

/** One target for each node: its kubelet. A node without an address has none. */
export function nodeGroup(node: V1Node): TargetGroup {
  const name = node.metadata?.name ?? '';
  const first = new Map<string, string>();
  for (const { type, address } of node.status?.addresses ?? [])
    if (!first.has(type)) first.set(type, address);
  const type = ADDRESS_TYPES.find((each) => first.has(each));
  const port = node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0;
  const addresses: MetaLabels = {};
  for (const [each, address] of first)
    Object.assign(addresses, label(`node_address_${sanitize(each)}`, address));
  return {
    source: `node${objectKey('', name)}`,
    targets:
      type === undefined
        ? []
        : [{ __address__: hostPort(first.get(type)!, port), instance: name, ...addresses }],
    labels: {
      ...objectLabels(node.metadata, 'node'),
      ...label('node_provider_id', node.spec?.providerID),
    },
  };
}

/** What `attach_metadata: { node: true }` adds to a target on a node. */
export function attachedNode(cluster: Cluster, name: string | undefined): MetaLabels {
  const node = name === undefined ? undefined : cluster.find('node', '', name);
  return node === undefined ? {} : objectLabels(node.metadata, 'node');
}
