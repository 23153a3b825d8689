import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { KubernetesRole } from '../../../config/discovery-schema.ts';

/** Labels on their way; `undefined` and empty values mean that there is no such label. */
export type MetaLabels = Record<string, string>;

const PREFIX = '__meta_kubernetes_';

/** A name of Kubernetes as part of a label name: what may not stand in one becomes `_`. */
export function sanitize(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}

/**
 * What every object's metadata gives: its name, and each label and annotation with a second label that says it is
 * present, as an empty one could not be told from none.
 */
export function objectLabels(meta: V1ObjectMeta | undefined, role: KubernetesRole): MetaLabels {
  const prefix = `${PREFIX}${role}_`;
  const out: MetaLabels = { [`${prefix}name`]: meta?.name ?? '' };
  for (const [key, value] of Object.entries(meta?.labels ?? {})) {
    out[`${prefix}label_${sanitize(key)}`] = value;
    out[`${prefix}labelpresent_${sanitize(key)}`] = 'true';
  }
  for (const [key, value] of Object.entries(meta?.annotations ?? {})) {
    out[`${prefix}annotation_${sanitize(key)}`] = value;
    out[`${prefix}annotationpresent_${sanitize(key)}`] = 'true';
  }
  return out;
}

/** `namespace/name`, the key of an object among those of its kind. */
export function objectKey(namespace: string | undefined, name: string | undefined): string {
  return `${namespace ?? ''}/${name ?? ''}`;
}

/** The label under a name, where there is a value. */
export function label(
  name: string,
  value: string | number | boolean | null | undefined,
): MetaLabels {
  return value === undefined || value === null || value === ''
    ? {}
    : { [`${PREFIX}${name}`]: String(value) };
}
