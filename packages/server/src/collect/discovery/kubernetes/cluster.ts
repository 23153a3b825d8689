import type {
  V1EndpointSlice,
  V1Endpoints,
  V1Ingress,
  V1Node,
  V1Pod,
  V1Service,
} from '@kubernetes/client-node';
import type { KubernetesRole } from '../../../config/discovery-schema.ts';

/** The object each role is about. */
export interface ObjectOf {
  node: V1Node;
  pod: V1Pod;
  service: V1Service;
  endpoints: V1Endpoints;
  endpointslice: V1EndpointSlice;
  ingress: V1Ingress;
}

/** What is known of a cluster at the moment. */
export interface Cluster {
  all<R extends KubernetesRole>(role: R): readonly ObjectOf[R][];
  /** One object; nodes have no namespace. Undefined when it is not there, or its kind is not watched. */
  find<R extends KubernetesRole>(
    role: R,
    namespace: string | undefined,
    name: string | undefined,
  ): ObjectOf[R] | undefined;
}
