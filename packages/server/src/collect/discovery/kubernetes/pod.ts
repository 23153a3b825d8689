import type { V1Container, V1ContainerPort, V1Pod } from '@kubernetes/client-node';
import type { TargetGroup } from '../discovery.ts';
import { hostPort } from '../host-port.ts';
import type { Cluster } from './cluster.ts';
import { label, type MetaLabels, objectKey, objectLabels } from './meta.ts';
import { attachedNode } from './node.ts';

/** One target for each port of each container; a container without ports is one target without a port. */
export function podGroup(pod: V1Pod, cluster: Cluster): TargetGroup {
  const { namespace, name } = pod.metadata ?? {};
  const source = `pod/${objectKey(namespace, name)}`;
  const ip = pod.status?.podIP ?? '';
  // A pod that starts or was evicted has no address.
  if (ip === '') return { source, targets: [], labels: {} };
  const targets = containersOf(pod).flatMap(({ container, isInit }) => {
    const statuses = isInit ? pod.status?.initContainerStatuses : pod.status?.containerStatuses;
    const status = statuses?.find((each) => each.name === container.name);
    const own = {
      ...label('pod_container_name', container.name),
      ...label('pod_container_id', status?.containerID),
      ...label('pod_container_image', container.image),
      ...label('pod_container_init', isInit),
    };
    const ports = container.ports ?? [];
    if (ports.length === 0) return [{ __address__: ip, ...own }];
    return ports.map((port) => ({
      __address__: hostPort(ip, port.containerPort),
      ...own,
      ...portLabels(port),
    }));
  });
  const labels = {
    ...label('namespace', namespace),
    ...podLabels(pod),
    ...attachedNode(cluster, pod.spec?.nodeName),
  };
  return { source, targets, labels };
}

/** What is said of a pod wherever it stands behind a target. */
export function podLabels(pod: V1Pod): MetaLabels {
  const { status, spec, metadata } = pod;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
  const controller = metadata?.ownerReferences?.find((owner) => owner.controller === true);
  return {
    ...objectLabels(metadata, 'pod'),
    ...label('pod_ip', status?.podIP),
    ...label('pod_ready', ready.toLowerCase()),
    ...label('pod_phase', status?.phase),
    ...label('pod_node_name', spec?.nodeName),
    ...label('pod_host_ip', status?.hostIP),
    ...label('pod_uid', metadata?.uid),
    ...label('pod_controller_kind', controller?.kind),
    ...label('pod_controller_name', controller?.name),
  };
}

/** A pod's containers, those that run before the others last. */
function containersOf(pod: V1Pod): { container: V1Container; isInit: boolean }[] {
  return [
    ...(pod.spec?.containers ?? []).map((container) => ({ container, isInit: false })),
    ...(pod.spec?.initContainers ?? []).map((container) => ({ container, isInit: true })),
  ];
}

/** The container port that an endpoint's port leads to, as labels; several may declare it, the last one counts. */
export function containerPortLabels(pod: V1Pod, port: number, protocol?: string): MetaLabels {
  let labels: MetaLabels = {};
  for (const { container, isInit } of containersOf(pod)) {
    const declared = container.ports?.find((each) => each.containerPort === port);
    if (declared !== undefined) labels = describePort(container, isInit, declared, protocol);
  }
  return labels;
}

/** A target for each container port that no endpoint covers; pods behind a service are scraped whole. */
export function uncoveredPorts(pod: V1Pod, covered: ReadonlySet<number>): MetaLabels[] {
  const ip = pod.status?.podIP ?? '';
  if (ip === '') return [];
  return containersOf(pod).flatMap(({ container, isInit }) =>
    (container.ports ?? [])
      .filter((port) => !covered.has(port.containerPort))
      .map((port) => ({
        __address__: hostPort(ip, port.containerPort),
        ...describePort(container, isInit, port),
        ...podLabels(pod),
      })),
  );
}

function describePort(
  container: V1Container,
  isInit: boolean,
  port: V1ContainerPort,
  protocol = port.protocol,
): MetaLabels {
  return {
    ...label('pod_container_name', container.name),
    ...label('pod_container_image', container.image),
    ...label('pod_container_init', isInit),
    ...portLabels(port),
    ...label('pod_container_port_protocol', protocol),
  };
}

function portLabels(port: V1ContainerPort): MetaLabels {
  return {
    ...label('pod_container_port_name', port.name),
    ...label('pod_container_port_number', port.containerPort),
    ...label('pod_container_port_protocol', port.protocol),
  };
}
