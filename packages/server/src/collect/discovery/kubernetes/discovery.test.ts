import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { configFrom } from '../../../config/load.ts';
import type { ConfigInput } from '../../../config/schema.ts';
import type { TargetGroup } from '../discovery.ts';
import { KubernetesDiscovery } from './discovery.ts';
import { type ApiObject, FakeApiServer } from './fake-api-server.ts';

type Sd = NonNullable<
  NonNullable<ConfigInput['scrape_configs']>[number]['kubernetes_sd_configs']
>[number];

const object = (yaml: string): ApiObject => parse(yaml) as ApiObject;

const NODE = object(`
apiVersion: v1
kind: Node
metadata:
  name: worker-1
  labels: { kubernetes.io/arch: amd64, gpu: "" }
  annotations: { volumes.kubernetes.io/controller-managed-attach-detach: "true" }
spec: { podCIDR: 10.244.1.0/24, providerID: kind://docker/kind/worker-1 }
status:
  addresses:
  - { address: worker-1.local, type: Hostname }
  - { address: 172.18.0.3, type: InternalIP }
  daemonEndpoints: { kubeletEndpoint: { Port: 10250 } }
`);

const POD = object(`
apiVersion: v1
kind: Pod
metadata:
  name: mail-7d9c-x1
  namespace: ml
  uid: 6a1e2f
  labels: { app: mail, app.kubernetes.io/part-of: spam }
  annotations: { prometheus.io/scrape: "true", prometheus.io/port: "8000" }
  ownerReferences:
  - { apiVersion: apps/v1, kind: ReplicaSet, name: mail-7d9c, uid: 77, controller: true }
spec:
  nodeName: worker-1
  initContainers:
  - { name: fetch-model, image: "fetch:1" }
  containers:
  - name: serve
    image: registry/mail:2
    ports:
    - { name: http, containerPort: 8000, protocol: TCP }
    - { name: admin, containerPort: 8001, protocol: TCP }
status:
  phase: Running
  hostIP: 172.18.0.3
  podIP: 10.244.1.7
  conditions:
  - { type: Initialized, status: "True" }
  - { type: Ready, status: "True" }
  containerStatuses:
  - { name: serve, containerID: containerd://abc }
  initContainerStatuses:
  - { name: fetch-model, containerID: containerd://def }
`);

const SERVICE = object(`
apiVersion: v1
kind: Service
metadata:
  name: mail
  namespace: ml
  labels: { app: mail }
  annotations: { team: post }
spec:
  type: LoadBalancer
  clusterIP: 10.96.0.20
  loadBalancerIP: 192.0.2.9
  ports: [{ name: http, port: 80, targetPort: 8000, protocol: TCP }]
`);

const ENDPOINTS = object(`
apiVersion: v1
kind: Endpoints
metadata: { name: mail, namespace: ml, labels: { app: mail } }
subsets:
- addresses:
  - { ip: 10.244.1.7, nodeName: worker-1, targetRef: { kind: Pod, name: mail-7d9c-x1, namespace: ml } }
  notReadyAddresses:
  - { ip: 10.9.9.9, hostname: elsewhere }
  ports: [{ name: http, port: 8000, protocol: TCP }]
`);

const SLICE = object(`
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: mail-abc, namespace: ml, labels: { kubernetes.io/service-name: mail } }
addressType: IPv4
endpoints:
- addresses: [10.244.1.7]
  conditions: { ready: true, serving: true, terminating: false }
  nodeName: worker-1
  zone: eu-1a
  hostname: mail-0
  targetRef: { kind: Pod, name: mail-7d9c-x1, namespace: ml }
ports: [{ name: http, port: 8000, protocol: TCP, appProtocol: http }]
`);

const INGRESS = object(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: front, namespace: ml, labels: { app: mail } }
spec:
  ingressClassName: nginx
  tls: [{ hosts: ["*.example.com"] }]
  rules:
  - host: mail.example.com
    http: { paths: [{ path: /predict, pathType: Prefix }, { pathType: Prefix }] }
  - host: plain.test
`);

/** A pod's own labels, wherever it stands behind a target. */
const POD_LABELS = {
  __meta_kubernetes_pod_name: 'mail-7d9c-x1',
  __meta_kubernetes_pod_ip: '10.244.1.7',
  __meta_kubernetes_pod_ready: 'true',
  __meta_kubernetes_pod_phase: 'Running',
  __meta_kubernetes_pod_node_name: 'worker-1',
  __meta_kubernetes_pod_host_ip: '172.18.0.3',
  __meta_kubernetes_pod_uid: '6a1e2f',
  __meta_kubernetes_pod_controller_kind: 'ReplicaSet',
  __meta_kubernetes_pod_controller_name: 'mail-7d9c',
  __meta_kubernetes_pod_label_app: 'mail',
  __meta_kubernetes_pod_labelpresent_app: 'true',
  __meta_kubernetes_pod_label_app_kubernetes_io_part_of: 'spam',
  __meta_kubernetes_pod_labelpresent_app_kubernetes_io_part_of: 'true',
  __meta_kubernetes_pod_annotation_prometheus_io_scrape: 'true',
  __meta_kubernetes_pod_annotationpresent_prometheus_io_scrape: 'true',
  __meta_kubernetes_pod_annotation_prometheus_io_port: '8000',
  __meta_kubernetes_pod_annotationpresent_prometheus_io_port: 'true',
};
const SERVICE_LABELS = {
  __meta_kubernetes_namespace: 'ml',
  __meta_kubernetes_service_name: 'mail',
  __meta_kubernetes_service_label_app: 'mail',
  __meta_kubernetes_service_labelpresent_app: 'true',
  __meta_kubernetes_service_annotation_team: 'post',
  __meta_kubernetes_service_annotationpresent_team: 'true',
};
const NODE_META = {
  __meta_kubernetes_node_name: 'worker-1',
  __meta_kubernetes_node_label_kubernetes_io_arch: 'amd64',
  __meta_kubernetes_node_labelpresent_kubernetes_io_arch: 'true',
  __meta_kubernetes_node_label_gpu: '',
  __meta_kubernetes_node_labelpresent_gpu: 'true',
  __meta_kubernetes_node_annotation_volumes_kubernetes_io_controller_managed_attach_detach: 'true',
  __meta_kubernetes_node_annotationpresent_volumes_kubernetes_io_controller_managed_attach_detach:
    'true',
};
const HTTP_PORT = {
  __meta_kubernetes_pod_container_name: 'serve',
  __meta_kubernetes_pod_container_image: 'registry/mail:2',
  __meta_kubernetes_pod_container_init: 'false',
  __meta_kubernetes_pod_container_port_name: 'http',
  __meta_kubernetes_pod_container_port_number: '8000',
  __meta_kubernetes_pod_container_port_protocol: 'TCP',
};
const ADMIN_PORT = {
  ...HTTP_PORT,
  __meta_kubernetes_pod_container_port_name: 'admin',
  __meta_kubernetes_pod_container_port_number: '8001',
};

let api: FakeApiServer;
let folder: string;
let seen: (readonly TargetGroup[])[];
let warnings: string[];
const running: KubernetesDiscovery[] = [];

beforeEach(async () => {
  api = await FakeApiServer.start();
  folder = await mkdtemp(join(tmpdir(), 'bellwether-k8s-'));
  seen = [];
  warnings = [];
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
  await api.stop();
  await rm(folder, { recursive: true, force: true });
});

async function discover(sd: Sd): Promise<void> {
  const { config } = configFrom({
    scrape_configs: [{ job_name: 'j', kubernetes_sd_configs: [sd] }],
  });
  const log = pino({ level: 'warn' }, { write: (line) => void warnings.push(line) });
  const [parsed] = config.scrape_configs[0]!.kubernetes_sd_configs;
  const discovery = new KubernetesDiscovery(parsed!, folder, log);
  running.push(discovery);
  await discovery.start((groups) => seen.push(groups));
}

const addresses = () =>
  (seen.at(-1) ?? []).flatMap(({ targets }) => targets.map((each) => each['__address__'])).sort();

// Labels are those of prometheus.io, "Configuration", <kubernetes_sd_config>, and of Prometheus' discovery/kubernetes.
describe('the targets of a Kubernetes cluster', () => {
  it('are its kubelets for role node', async () => {
    api.put('nodes', NODE);
    await discover({ role: 'node', api_server: api.url });
    expect(seen).toEqual([
      [
        {
          source: 'node/worker-1',
          targets: [
            {
              __address__: '172.18.0.3:10250',
              instance: 'worker-1',
              __meta_kubernetes_node_address_InternalIP: '172.18.0.3',
              __meta_kubernetes_node_address_Hostname: 'worker-1.local',
            },
          ],
          labels: {
            ...NODE_META,
            __meta_kubernetes_node_provider_id: 'kind://docker/kind/worker-1',
          },
        },
      ],
    ]);
  });

  it('are the ports of containers for role pod, and containers without ports', async () => {
    api.put('pods', POD);
    await discover({ role: 'pod', api_server: api.url });
    const id = { __meta_kubernetes_pod_container_id: 'containerd://abc' };
    expect(seen[0]).toEqual([
      {
        source: 'pod/ml/mail-7d9c-x1',
        targets: [
          { __address__: '10.244.1.7:8000', ...HTTP_PORT, ...id },
          { __address__: '10.244.1.7:8001', ...ADMIN_PORT, ...id },
          {
            __address__: '10.244.1.7',
            __meta_kubernetes_pod_container_name: 'fetch-model',
            __meta_kubernetes_pod_container_image: 'fetch:1',
            __meta_kubernetes_pod_container_id: 'containerd://def',
            __meta_kubernetes_pod_container_init: 'true',
          },
        ],
        labels: { __meta_kubernetes_namespace: 'ml', ...POD_LABELS },
      },
    ]);
  });

  it('are none for a pod without an address', async () => {
    api.put('pods', { ...POD, status: { phase: 'Pending' } });
    await discover({ role: 'pod', api_server: api.url });
    expect(seen[0]).toEqual([{ source: 'pod/ml/mail-7d9c-x1', targets: [], labels: {} }]);
  });

  it('are the ports of services for role service', async () => {
    api.put('services', SERVICE);
    const port = { port: 443, protocol: 'TCP' };
    const outside = { type: 'ExternalName', externalName: 'db.example.com', ports: [port] };
    api.put('services', { metadata: { name: 'db', namespace: 'ml' }, spec: outside });
    await discover({ role: 'service', api_server: api.url });
    expect(seen[0]![0]).toEqual({
      source: 'svc/ml/mail',
      targets: [
        {
          __address__: 'mail.ml.svc:80',
          __meta_kubernetes_service_port_name: 'http',
          __meta_kubernetes_service_port_number: '80',
          __meta_kubernetes_service_port_protocol: 'TCP',
          __meta_kubernetes_service_type: 'LoadBalancer',
          __meta_kubernetes_service_cluster_ip: '10.96.0.20',
          __meta_kubernetes_service_loadbalancer_ip: '192.0.2.9',
        },
      ],
      labels: SERVICE_LABELS,
    });
    expect(seen[0]![1]!.targets).toEqual([
      {
        __address__: 'db.ml.svc:443',
        __meta_kubernetes_service_port_number: '443',
        __meta_kubernetes_service_port_protocol: 'TCP',
        __meta_kubernetes_service_type: 'ExternalName',
        __meta_kubernetes_service_external_name: 'db.example.com',
      },
    ]);
  });

  it('are addresses and all ports of the pods behind them for role endpoints', async () => {
    for (const [plural, each] of [
      ['pods', POD],
      ['services', SERVICE],
      ['endpoints', ENDPOINTS],
    ] as const)
      api.put(plural, each);
    await discover({ role: 'endpoints', api_server: api.url });
    expect(seen[0]).toEqual([
      {
        source: 'endpoints/ml/mail',
        targets: [
          {
            __address__: '10.244.1.7:8000',
            __meta_kubernetes_endpoint_port_name: 'http',
            __meta_kubernetes_endpoint_port_protocol: 'TCP',
            __meta_kubernetes_endpoint_ready: 'true',
            __meta_kubernetes_endpoint_node_name: 'worker-1',
            __meta_kubernetes_endpoint_address_target_kind: 'Pod',
            __meta_kubernetes_endpoint_address_target_name: 'mail-7d9c-x1',
            ...POD_LABELS,
            ...HTTP_PORT,
          },
          {
            __address__: '10.9.9.9:8000',
            __meta_kubernetes_endpoint_port_name: 'http',
            __meta_kubernetes_endpoint_port_protocol: 'TCP',
            __meta_kubernetes_endpoint_ready: 'false',
            __meta_kubernetes_endpoint_hostname: 'elsewhere',
          },
          { __address__: '10.244.1.7:8001', ...POD_LABELS, ...ADMIN_PORT },
        ],
        labels: {
          __meta_kubernetes_endpoints_name: 'mail',
          __meta_kubernetes_endpoints_label_app: 'mail',
          __meta_kubernetes_endpoints_labelpresent_app: 'true',
          ...SERVICE_LABELS,
        },
      },
    ]);
  });

  it('are the same from slices for role endpointslice, with node metadata where asked for', async () => {
    for (const [plural, each] of [
      ['pods', POD],
      ['services', SERVICE],
      ['endpointslices', SLICE],
      ['nodes', NODE],
    ] as const)
      api.put(plural, each);
    await discover({
      role: 'endpointslice',
      api_server: api.url,
      attach_metadata: { node: true },
    });
    expect(seen[0]).toEqual([
      {
        source: 'endpointslice/ml/mail-abc',
        targets: [
          {
            __address__: '10.244.1.7:8000',
            __meta_kubernetes_endpointslice_port: '8000',
            __meta_kubernetes_endpointslice_port_name: 'http',
            __meta_kubernetes_endpointslice_port_protocol: 'TCP',
            __meta_kubernetes_endpointslice_port_app_protocol: 'http',
            __meta_kubernetes_endpointslice_endpoint_conditions_ready: 'true',
            __meta_kubernetes_endpointslice_endpoint_conditions_serving: 'true',
            __meta_kubernetes_endpointslice_endpoint_conditions_terminating: 'false',
            __meta_kubernetes_endpointslice_endpoint_hostname: 'mail-0',
            __meta_kubernetes_endpointslice_endpoint_node_name: 'worker-1',
            __meta_kubernetes_endpointslice_endpoint_zone: 'eu-1a',
            __meta_kubernetes_endpointslice_address_target_kind: 'Pod',
            __meta_kubernetes_endpointslice_address_target_name: 'mail-7d9c-x1',
            ...NODE_META,
            ...POD_LABELS,
            ...HTTP_PORT,
          },
          { __address__: '10.244.1.7:8001', ...POD_LABELS, ...ADMIN_PORT },
        ],
        labels: {
          __meta_kubernetes_endpointslice_name: 'mail-abc',
          __meta_kubernetes_endpointslice_address_type: 'IPv4',
          __meta_kubernetes_endpointslice_label_kubernetes_io_service_name: 'mail',
          __meta_kubernetes_endpointslice_labelpresent_kubernetes_io_service_name: 'true',
          ...SERVICE_LABELS,
        },
      },
    ]);
  });

  it('are those of the first IP family where a service has both, each pod once', async () => {
    const slice = (family: string, address: string) =>
      object(`
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: both-${family.toLowerCase()}, namespace: ml, labels: { kubernetes.io/service-name: both } }
addressType: ${family}
endpoints: [{ addresses: ['${address}'], targetRef: { kind: Pod, name: mail-7d9c-x1, namespace: ml } }]
ports: [{ name: http, port: 8000, protocol: TCP }]
`);
    const of = (families: string[]) =>
      object(`
apiVersion: v1
kind: Service
metadata: { name: both, namespace: ml }
spec: { ipFamilies: [${families}], ports: [{ name: http, port: 8000 }] }
`);
    api.put('pods', POD);
    api.put('services', of(['IPv6', 'IPv4']));
    api.put('endpointslices', slice('IPv4', '10.244.1.7'));
    api.put('endpointslices', slice('IPv6', 'fd00::7'));
    await discover({ role: 'endpointslice', api_server: api.url });
    expect(addresses()).toEqual(['10.244.1.7:8001', '[fd00::7]:8000']);
    api.put('services', of(['IPv4', 'IPv6']));
    await vi.waitFor(() => expect(addresses()).toEqual(['10.244.1.7:8000', '10.244.1.7:8001']));
    // Slices of another family than the only one are somebody's own, and no second ones.
    api.put('services', of(['IPv6']));
    await vi.waitFor(() => expect(addresses()).toContain('[fd00::7]:8000'));
    expect(addresses()).toContain('10.244.1.7:8000');
  });

  it('are hosts and paths for role ingress, https where a certificate covers the host', async () => {
    api.put('ingresses', INGRESS);
    await discover({ role: 'ingress', api_server: api.url });
    const https = {
      __address__: 'mail.example.com',
      __meta_kubernetes_ingress_scheme: 'https',
      __meta_kubernetes_ingress_host: 'mail.example.com',
    };
    expect(seen[0]).toEqual([
      {
        source: 'ingress/ml/front',
        targets: [
          { ...https, __meta_kubernetes_ingress_path: '/predict' },
          { ...https, __meta_kubernetes_ingress_path: '/' },
          {
            __address__: 'plain.test',
            __meta_kubernetes_ingress_scheme: 'http',
            __meta_kubernetes_ingress_host: 'plain.test',
            __meta_kubernetes_ingress_path: '/',
          },
        ],
        labels: {
          __meta_kubernetes_namespace: 'ml',
          __meta_kubernetes_ingress_name: 'front',
          __meta_kubernetes_ingress_class_name: 'nginx',
          __meta_kubernetes_ingress_label_app: 'mail',
          __meta_kubernetes_ingress_labelpresent_app: 'true',
        },
      },
    ]);
  });
});

describe('watching a Kubernetes cluster', () => {
  const service = (name: string, namespace = 'ml', labels = {}): ApiObject => ({
    metadata: { name, namespace, labels },
    spec: { type: 'ClusterIP', ports: [{ port: 1, protocol: 'TCP' }] },
  });

  it('follows objects that are added, changed and deleted', async () => {
    await discover({ role: 'service', api_server: api.url });
    expect(addresses()).toEqual([]);
    api.put('services', service('a'));
    await vi.waitFor(() => expect(addresses()).toEqual(['a.ml.svc:1']), 5000);
    api.put('services', { ...service('a'), spec: { ports: [{ port: 2 }] } });
    await vi.waitFor(() => expect(addresses()).toEqual(['a.ml.svc:2']), 5000);
    api.remove('services', service('a'));
    await vi.waitFor(() => expect(addresses()).toEqual([]), 5000);
  });

  it('goes on after its watch has ended, and lists anew when the server has forgotten where it was', async () => {
    api.put('services', service('a'));
    await discover({ role: 'service', api_server: api.url });
    const asked = (watch: boolean) =>
      api.asked.filter((path) => path.includes('watch=true') === watch).length;
    await vi.waitFor(() => expect(asked(true)).toBe(1), 5000);
    api.cutWatches();
    api.put('services', service('b'));
    await vi.waitFor(() => expect(addresses()).toEqual(['a.ml.svc:1', 'b.ml.svc:1']), 5000);
    expect(asked(false)).toBe(1);

    api.cutWatches();
    api.remove('services', service('a'));
    api.put('services', service('c'));
    api.forgetHistory();
    await vi.waitFor(() => expect(addresses()).toEqual(['b.ml.svc:1', 'c.ml.svc:1']), 5000);
    expect(asked(false)).toBe(2);
  }, 20_000);

  it('keeps its targets while the server is away, and catches up when it is back', async () => {
    api.put('services', service('a'));
    await discover({ role: 'service', api_server: api.url });
    const { port } = api;
    await api.stop();
    await vi.waitFor(() => expect(warnings.join()).toContain('discovery failed'), 5000);
    expect(addresses()).toEqual(['a.ml.svc:1']);
    api.forgetHistory();
    api.put('services', service('b'));
    api.forgetHistory();
    await api.listen(port);
    await vi.waitFor(() => expect(addresses()).toEqual(['a.ml.svc:1', 'b.ml.svc:1']), 10_000);
  }, 20_000);

  it('watches only the namespaces and objects that are selected', async () => {
    api.put('services', service('a', 'ml', { app: 'x' }));
    api.put('services', service('b', 'ml', { app: 'y' }));
    api.put('services', service('c', 'other', { app: 'x' }));
    api.put('services', service('d', 'third', { app: 'x' }));
    await discover({
      role: 'service',
      api_server: api.url,
      namespaces: { names: ['ml', 'other'] },
      selectors: [{ role: 'service', label: 'app=x' }],
    });
    expect(addresses()).toEqual(['a.ml.svc:1', 'c.other.svc:1']);
    api.put('services', service('e', 'third', { app: 'x' }));
    api.put('services', service('f', 'ml', { app: 'y' }));
    api.put('services', service('g', 'ml', { app: 'x' }));
    await vi.waitFor(
      () => expect(addresses()).toEqual(['a.ml.svc:1', 'c.other.svc:1', 'g.ml.svc:1']),
      5000,
    );
    expect(api.asked.every((path) => /namespaces\/(ml|other)\/services/.test(path))).toBe(true);
  });

  it('says what the server refuses, without the token, and goes on when it is let in', async () => {
    api.put('services', service('a'));
    api.token = 'right';
    await writeFile(join(folder, 'token'), 'wrong\n');
    await discover({ role: 'service', api_server: api.url, bearer_token_file: 'token' });
    expect(seen).toEqual([]);
    expect(warnings.join()).toContain('/api/v1/services answers 401: Unauthorized');
    expect(warnings.join()).not.toContain('wrong');
    api.token = 'wrong';
    await vi.waitFor(() => expect(addresses()).toEqual(['a.ml.svc:1']), 10_000);
  }, 20_000);

  it('reads a kubeconfig', async () => {
    api.put('services', service('a'));
    api.token = 'abc';
    await writeFile(
      join(folder, 'kubeconfig'),
      `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: '${api.url}' } }]
users: [{ name: u, user: { token: abc } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`,
    );
    await discover({ role: 'service', kubeconfig_file: 'kubeconfig' });
    expect(addresses()).toEqual(['a.ml.svc:1']);
  });

  it('says that it is in no cluster when nothing says which one is meant', async () => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined);
    await discover({ role: 'service' });
    vi.unstubAllEnvs();
    expect(warnings.join()).toContain('runs in no cluster');
  });

  it('makes targets of many objects once, not once for each', async () => {
    await discover({ role: 'service', api_server: api.url });
    const before = seen.length;
    for (let i = 0; i < 200; i++) api.put('services', service(`s${i}`));
    await vi.waitFor(() => expect(addresses()).toHaveLength(200), 5000);
    expect(seen.length - before).toBeLessThan(10);
  });
});
