import type { CoreV1EndpointPort, V1EndpointAddress, V1Endpoints } from '@kubernetes/client-node';
import type { TargetGroup } from '../discovery.ts';
import { hostPort } from '../host-port.ts';
import type { Cluster } from './cluster.ts';
import { label, type MetaLabels, objectKey, objectLabels } from './meta.ts';
import { attachedNode } from './node.ts';
import { PodsBehind } from './pods-behind.ts';
import { attachedService } from './service.ts';

/** One target for each address and port of a service, and one for each other port of the pods behind it. */
export function endpointsGroup(endpoints: V1Endpoints, cluster: Cluster): TargetGroup {
  const { namespace, name } = endpoints.metadata ?? {};
  const pods = new PodsBehind(cluster);
  const targetOf = (
    address: V1EndpointAddress,
    port: CoreV1EndpointPort,
    ready: boolean,
  ): MetaLabels => {
    const { targetRef, nodeName } = address;
    return {
      __address__: hostPort(address.ip, port.port),
      ...label('endpoint_port_name', port.name),
      ...label('endpoint_port_protocol', port.protocol),
      ...label('endpoint_ready', ready),
      ...label('endpoint_address_target_kind', targetRef?.kind),
      ...label('endpoint_address_target_name', targetRef?.name),
      ...label('endpoint_node_name', nodeName),
      ...label('endpoint_hostname', address.hostname),
      ...attachedNode(
        cluster,
        nodeName ?? (targetRef?.kind === 'Node' ? targetRef.name : undefined),
      ),
      ...pods.labels(targetRef, port.port, port.protocol),
    };
  };
  const targets = (endpoints.subsets ?? []).flatMap(({ ports, addresses, notReadyAddresses }) =>
    (ports ?? []).flatMap((port) => [
      ...(addresses ?? []).map((address) => targetOf(address, port, true)),
      ...(notReadyAddresses ?? []).map((address) => targetOf(address, port, false)),
    ]),
  );
  return {
    source: `endpoints/${objectKey(namespace, name)}`,
    targets: [...targets, ...pods.rest()],
    labels: {
      ...label('namespace', namespace),
      ...objectLabels(endpoints.metadata, 'endpoints'),
      ...attachedService(cluster, namespace, name),
    },
  };
}
