import { z } from 'zod';
import { durationSchema, labelsSchema } from './common-schema.ts';
import { checkOneIdentity, httpClientKeys, requestKeys } from './http-client-schema.ts';
import { checkProxy } from './proxy-schema.ts';

/** A list of addresses with the labels they share: in `static_configs`, and what files and HTTP endpoints answer. */
export const targetGroupSchema = z.strictObject({
  /** One without an address is told of when it is to become a target; the others of its list are scraped. */
  targets: z.array(z.string()).default([]),
  labels: labelsSchema.optional(),
});

const fileSd = z.strictObject({
  files: z
    .array(
      z
        .string()
        .regex(
          /^[^*]*(\*[^*/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/,
          'must end with .json, .yml or .yaml, with at most one * and that in the file name',
        ),
    )
    .min(1),
  refresh_interval: durationSchema.prefault('5m'),
});

const httpSd = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }),
    refresh_interval: durationSchema.prefault('1m'),
    ...requestKeys,
  })
  .superRefine(checkOneIdentity)
  .superRefine(checkProxy);

const dnsSd = z
  .strictObject({
    names: z.array(z.string().min(1)).min(1),
    type: z
      .string()
      .transform((type) => type.toUpperCase())
      .pipe(z.enum(['SRV', 'A', 'AAAA', 'MX', 'NS']))
      .prefault('SRV'),
    port: z.number().int().min(1).max(65535).optional(),
    refresh_interval: durationSchema.prefault('30s'),
  })
  .refine((dns) => dns.type === 'SRV' || dns.port !== undefined, {
    path: ['port'],
    message: 'a port is required for all record types but SRV',
  });

const kubernetesRole = z.enum(['node', 'pod', 'service', 'endpoints', 'endpointslice', 'ingress']);
export type KubernetesRole = z.output<typeof kubernetesRole>;

/** The kinds of objects each role watches; selectors may name these only. */
const WATCHED: Readonly<Record<KubernetesRole, readonly KubernetesRole[]>> = {
  node: ['node'],
  pod: ['pod', 'node'],
  service: ['service'],
  endpoints: ['endpoints', 'service', 'pod', 'node'],
  endpointslice: ['endpointslice', 'service', 'pod', 'node'],
  ingress: ['ingress'],
};

const kubernetesSd = z
  .strictObject({
    role: kubernetesRole,
    /** Empty: this process runs in the cluster and uses its service account. */
    api_server: z.url().optional(),
    kubeconfig_file: z.string().optional(),
    namespaces: z
      .strictObject({
        own_namespace: z.boolean().default(false),
        names: z.array(z.string().min(1)).default([]),
      })
      .prefault({}),
    selectors: z
      .array(
        z.strictObject({
          role: kubernetesRole,
          label: z.string().optional(),
          field: z.string().optional(),
        }),
      )
      .default([]),
    attach_metadata: z.strictObject({ node: z.boolean().default(false) }).prefault({}),
    ...httpClientKeys,
  })
  .superRefine(checkOneIdentity)
  .superRefine((sd, context) => {
    if (sd.api_server !== undefined && sd.kubeconfig_file !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['kubeconfig_file'],
        message: 'cannot be used together with api_server',
      });
    const hasClient =
      sd.basic_auth ?? sd.authorization ?? sd.bearer_token ?? sd.bearer_token_file ?? sd.tls_config;
    if (sd.api_server === undefined && hasClient !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['api_server'],
        message: 'must be set where credentials or tls_config are',
      });
    for (const [index, { role }] of sd.selectors.entries()) {
      if (sd.selectors.findIndex((other) => other.role === role) < index)
        context.addIssue({
          code: 'custom',
          path: ['selectors', index, 'role'],
          message: `another selector has the role ${role}; join their expressions by a comma`,
        });
      if (WATCHED[sd.role].includes(role)) continue;
      context.addIssue({
        code: 'custom',
        path: ['selectors', index, 'role'],
        message: `role ${sd.role} takes selectors of ${WATCHED[sd.role].join(', ')} only`,
      });
    }
  });

/** The keys of a scrape configuration that say where targets come from. */
export const discoveryKeys = {
  static_configs: z.array(targetGroupSchema).default([]),
  file_sd_configs: z.array(fileSd).default([]),
  http_sd_configs: z.array(httpSd).default([]),
  dns_sd_configs: z.array(dnsSd).default([]),
  kubernetes_sd_configs: z.array(kubernetesSd).default([]),
};

export type FileSdConfig = z.output<typeof fileSd>;
export type HttpSdConfig = z.output<typeof httpSd>;
export type DnsSdConfig = z.output<typeof dnsSd>;
export type KubernetesSdConfig = z.output<typeof kubernetesSd>;
