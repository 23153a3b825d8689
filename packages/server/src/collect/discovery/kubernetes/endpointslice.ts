import type { DiscoveryV1EndpointPort, V1Endpoint, V1EndpointSlice } from '@kubernetes/client-node';
import type { TargetGroup } from '../discovery.ts';
import { hostPort } from '../host-port.ts';
import type { Cluster } from './cluster.ts';
import { label, type MetaLabels, objectKey, objectLabels, sanitize } from './meta.ts';
import { attachedNode } from './node.ts';
import { PodsBehind } from './pods-behind.ts';
import { attachedService } from './service.ts';

/** By this label a slice says which service it is a part of. */
const SERVICE_NAME = 'kubernetes.io/service-name';

/**
 * One target for each address and port of a slice, and one for each other port of the pods behind it. A service of both IP
 * families has slices for each of them, with the same pods: those of its first family count.
 * Source: prometheus.io, "Configuration", `<kubernetes_sd_config>`, role `endpointslice`, since Prometheus 3.11.
 */
export function endpointSliceGroup(slice: V1EndpointSlice, cluster: Cluster): TargetGroup {
  const { namespace, name, labels } = slice.metadata ?? {};
  const source = `endpointslice/${objectKey(namespace, name)}`;
  if (isOfOtherFamily(slice, cluster)) return { source, targets: [], labels: {} };
  const pods = new PodsBehind(cluster);
  const targetOf = (
    address: string,
    endpoint: V1Endpoint,
    port: DiscoveryV1EndpointPort,
  ): MetaLabels => {
    const { targetRef, nodeName, conditions } = endpoint;
    const node = targetRef?.kind === 'Node' ? targetRef.name : nodeName;
    return {
      __address__: port.port === undefined ? address : hostPort(address, port.port),
      ...label('endpointslice_port_name', port.name),
      ...label('endpointslice_port_protocol', port.protocol),
      ...label('endpointslice_port', port.port),
      ...label('endpointslice_port_app_protocol', port.appProtocol),
      ...label('endpointslice_endpoint_conditions_ready', conditions?.ready),
      ...label('endpointslice_endpoint_conditions_serving', conditions?.serving),
      ...label('endpointslice_endpoint_conditions_terminating', conditions?.terminating),
      ...label('endpointslice_endpoint_hostname', endpoint.hostname),
      ...label('endpointslice_address_target_kind', targetRef?.kind),
      ...label('endpointslice_address_target_name', targetRef?.name),
      ...label('endpointslice_endpoint_node_name', nodeName),
      ...label('endpointslice_endpoint_zone', endpoint.zone),
      ...topologyLabels(endpoint.deprecatedTopology),
      ...attachedNode(cluster, node),
      ...pods.labels(targetRef, port.port, port.protocol),
    };
  };
  const targets = (slice.endpoints ?? []).flatMap((endpoint) =>
    (slice.ports ?? []).flatMap((port) =>
      (endpoint.addresses ?? []).map((address) => targetOf(address, endpoint, port)),
    ),
  );
  return {
    source,
    targets: [...targets, ...pods.rest()],
    labels: {
      ...label('namespace', namespace),
      ...label('endpointslice_address_type', slice.addressType),
      ...objectLabels(slice.metadata, 'endpointslice'),
      ...attachedService(cluster, namespace, labels?.[SERVICE_NAME]),
    },
  };
}

/** Whether there is another slice for the same pods, of the family that the service puts first. */
function isOfOtherFamily({ addressType, metadata }: V1EndpointSlice, cluster: Cluster): boolean {
  const service = cluster.find('service', metadata?.namespace, metadata?.labels?.[SERVICE_NAME]);
  const families = service?.spec?.ipFamilies ?? [];
  return families.length > 1 && families.includes(addressType) && addressType !== families[0];
}

function topologyLabels(topology: Record<string, string> | undefined): MetaLabels {
  const out: MetaLabels = {};
  for (const [key, value] of Object.entries(topology ?? {})) {
    Object.assign(out, label(`endpointslice_endpoint_topology_${sanitize(key)}`, value));
    Object.assign(out, label(`endpointslice_endpoint_topology_present_${sanitize(key)}`, true));
  }
  return out;
}
