import type { V1Ingress } from '@kubernetes/client-node';
import type { TargetGroup } from '../discovery.ts';
import { label, objectKey, objectLabels } from './meta.ts';

/** One target for each path of each rule, by the rule's host: for probes through the front door. */
export function ingressGroup(ingress: V1Ingress): TargetGroup {
  const { namespace, name } = ingress.metadata ?? {};
  const tlsHosts = (ingress.spec?.tls ?? []).flatMap(({ hosts }) => hosts ?? []);
  const targets = (ingress.spec?.rules ?? []).flatMap(({ host = '', http }) => {
    const scheme = tlsHosts.some((pattern) => coversHost(pattern, host)) ? 'https' : 'http';
    const paths = http === undefined ? ['/'] : http.paths.map(({ path }) => path || '/');
    return paths.map((path) => ({
      __address__: host,
      ...label('ingress_scheme', scheme),
      ...label('ingress_host', host),
      ...label('ingress_path', path),
    }));
  });
  return {
    source: `ingress/${objectKey(namespace, name)}`,
    targets,
    labels: {
      ...label('namespace', namespace),
      ...label('ingress_class_name', ingress.spec?.ingressClassName),
      ...objectLabels(ingress.metadata, 'ingress'),
    },
  };
}

/** Whether a certificate's host name, which may begin with `*.`, is good for a host. */
function coversHost(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  if (!pattern.startsWith('*.')) return false;
  const dot = host.indexOf('.');
  return dot >= 0 && host.slice(dot) === pattern.slice(1);
}
