import { type Labels, setLabel } from '@bellwether/promql';
import { sharedText } from '../bytes/shared-text.ts';
import { isLongerThan, type ReceiveLimits } from '../metrics/limits.ts';
import type { Attribute, Scope } from './messages.ts';
import { labelName } from './names.ts';
import type { OtlpSettings } from './settings.ts';

const SERVICE_NAME = 'service.name';
const SERVICE_NAMESPACE = 'service.namespace';
const SERVICE_INSTANCE = 'service.instance.id';
const IDENTIFYING: ReadonlySet<string> = new Set([
  SERVICE_NAME,
  SERVICE_NAMESPACE,
  SERVICE_INSTANCE,
]);

const OF_SCOPE: ReadonlySet<string> = new Set([
  'otel_scope_name',
  'otel_scope_version',
  'otel_scope_schema_url',
]);

/** Labels of a data point, its metric's name aside, or what is wrong with its attributes. */
export type PointLabels =
  | {
      readonly labels: () => Labels;
      /** A text that these labels have and no others. */
      readonly key: string;
      readonly problem?: undefined;
    }
  | { readonly problem: string };

/**
 * Turns attributes into labels as Prometheus' OTLP receiver does: attributes whose names become one are joined by `;`
 * in the order of their names, those of the point win over promoted ones of the resource, `job` is
 * `service.namespace/service.name`, `instance` is `service.instance.id`.
 * Source: prometheus/prometheus, storage/remote/otlptranslator; OpenTelemetry specification, "Prometheus and
 * OpenMetrics compatibility".
 */
export class LabelMaker {
  readonly #settings: OtlpSettings;
  readonly #limits: ReceiveLimits;
  readonly #names = new Map<string, string | undefined>();

  constructor(settings: OtlpSettings, limits: ReceiveLimits) {
    this.#settings = settings;
    this.#limits = limits;
  }

  /** What all points of a resource and scope have in common: given to `ofPoint`. */
  shared(resource: readonly Attribute[], scope: Scope): SharedLabels {
    const { promote_resource_attributes: named, promote_scope_metadata: ofScope } = this.#settings;
    const promoted = new Map<string, string>();
    for (const [key, value] of sorted(resource)) {
      const name = value !== '' && named.includes(key) ? this.#name(key) : undefined;
      if (name !== undefined && !promoted.has(name)) promoted.set(name, value);
    }
    const fixed = new Map<string, string>();
    if (ofScope && scope.name !== '') {
      fixed.set('otel_scope_name', scope.name);
      fixed.set('otel_scope_version', scope.version);
      fixed.set('otel_scope_schema_url', scope.schemaUrl);
      for (const [key, value] of scope.attributes) {
        const name = this.#name(`otel_scope_${key}`);
        // What the scope says of itself is not for its attributes to say.
        if (name !== undefined && !OF_SCOPE.has(name)) fixed.set(name, value);
      }
    }
    for (const [name, value] of identity(resource)) fixed.set(name, value);
    return { promoted, fixed };
  }

  ofPoint(attributes: readonly Attribute[], shared: SharedLabels): PointLabels {
    const found = new Map<string, string>();
    for (const [key, value] of attributes.length > 1 ? sorted(attributes) : attributes) {
      const name = this.#name(key);
      if (name === undefined)
        return { problem: `attribute ${JSON.stringify(key)} leaves no label name` };
      // An empty label does not exist: it joins nothing and stands before nothing.
      if (value === '') continue;
      const other = found.get(name);
      found.set(name, other === undefined ? value : `${other};${value}`);
    }
    for (const [name, value] of shared.promoted) if (!found.has(name)) found.set(name, value);
    for (const [name, value] of shared.fixed) found.set(name, value);
    return this.#finish(found);
  }

  /** The labels of a resource's `target_info`; undefined where it would say nothing, or of nobody. */
  targetInfo(resource: readonly Attribute[]): Labels | undefined {
    if (resource.every(([key]) => IDENTIFYING.has(key))) return undefined;
    const kept = this.#settings.keep_identifying_resource_attributes
      ? resource
      : resource.filter(([key]) => !IDENTIFYING.has(key));
    const made = this.ofPoint(kept, { promoted: new Map(), fixed: new Map(identity(resource)) });
    if (made.problem !== undefined) return undefined;
    const labels = made.labels();
    return labels['job'] === undefined && labels['instance'] === undefined ? undefined : labels;
  }

  #finish(found: Map<string, string>): PointLabels {
    const { labelsOfSeries, labelNameLength, labelValueLength } = this.#limits;
    if (found.size > labelsOfSeries) return { problem: `more than ${labelsOfSeries} labels` };
    let key = '';
    for (const name of [...found.keys()].sort()) {
      const value = found.get(name)!;
      if (value === '') continue;
      if (isLongerThan(name, labelNameLength))
        return { problem: `a label name is longer than ${labelNameLength} bytes` };
      if (isLongerThan(value, labelValueLength))
        return { problem: `the value of label ${name} is longer than ${labelValueLength} bytes` };
      // Any text may hold any separator; lengths cannot be mistaken.
      key += `${name.length}:${name}${value.length}:${value}`;
    }
    return { labels: () => labelsOf(found), key };
  }

  #name(attribute: string): string | undefined {
    if (this.#names.has(attribute)) return this.#names.get(attribute);
    const name = labelName(attribute, this.#settings.translation_strategy);
    this.#names.set(attribute, name);
    return name;
  }
}

export interface SharedLabels {
  readonly promoted: ReadonlyMap<string, string>;
  readonly fixed: ReadonlyMap<string, string>;
}

function labelsOf(found: ReadonlyMap<string, string>): Labels {
  const labels: Record<string, string> = {};
  for (const [name, value] of found) if (value !== '') setLabel(labels, name, sharedText(value));
  return labels;
}

function identity(resource: readonly Attribute[]): [string, string][] {
  /** An empty one says as much as none. */
  const value = (wanted: string): string | undefined =>
    resource.find(([key]) => key === wanted)?.[1] || undefined;
  const own: [string, string][] = [];
  const [service, namespace, instance] = [
    value(SERVICE_NAME),
    value(SERVICE_NAMESPACE),
    value(SERVICE_INSTANCE),
  ];
  if (service !== undefined)
    own.push(['job', namespace === undefined ? service : `${namespace}/${service}`]);
  if (instance !== undefined) own.push(['instance', instance]);
  return own;
}

function sorted(attributes: readonly Attribute[]): Attribute[] {
  return attributes.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
