import type { V1Service } from '@kubernetes/client-node';
import type { TargetGroup } from '../discovery.ts';
import type { Cluster } from './cluster.ts';
import { label, type MetaLabels, objectKey, objectLabels } from './meta.ts';

/** One target for each port of a service, by its name in the cluster's DNS: for probes from outside of it. */
export function serviceGroup(service: V1Service): TargetGroup {
  const { namespace, name } = service.metadata ?? {};
  const { spec } = service;
  const type = spec?.type;
  const targets = (spec?.ports ?? []).map((port) => ({
    __address__: `${name}.${namespace}.svc:${port.port}`,
    ...label('service_port_name', port.name),
    ...label('service_port_number', port.port),
    ...label('service_port_protocol', port.protocol),
    ...label('service_type', type),
    ...(type === 'ExternalName'
      ? label('service_external_name', spec?.externalName)
      : label('service_cluster_ip', spec?.clusterIP)),
    ...(type === 'LoadBalancer' ? label('service_loadbalancer_ip', spec?.loadBalancerIP) : {}),
  }));
  return { source: `svc/${objectKey(namespace, name)}`, targets, labels: serviceLabels(service) };
}

/** What endpoints say of the service they belong to. */
export function attachedService(
  cluster: Cluster,
  namespace: string | undefined,
  name: string | undefined,
): MetaLabels {
  const service = cluster.find('service', namespace, name);
  return service === undefined ? {} : serviceLabels(service);
}

function serviceLabels(service: V1Service): MetaLabels {
  return {
    ...label('namespace', service.metadata?.namespace),
    ...objectLabels(service.metadata, 'service'),
  };
}
