import { createHash } from 'node:crypto';
import { expansion, type Labels } from '@bellwether/promql';
import { toLower, toUpper } from '@bellwether/template';
import { RE2JS } from 're2js';
import type { RelabelConfig } from './schema.ts';

/** A relabelling step with its expression compiled; make it once and apply it to many label sets. */
type RelabelStep = (labels: Map<string, string>) => boolean;

/**
 * Compiles Prometheus' `relabel_configs` into one function.
 * @returns The new labels, or null when a step dropped the set. Labels that become empty are gone.
 * Source: prometheus.io, "Configuration", section `<relabel_config>`; regular expressions are RE2, anchored at both ends.
 */
export function relabeller(configs: readonly RelabelConfig[]): (labels: Labels) => Labels | null {
  const steps = configs.map(compileStep);
  return (labels) => {
    const changed = new Map(Object.entries(labels));
    for (const step of steps) if (!step(changed)) return null;
    return Object.fromEntries([...changed].filter(([, value]) => value !== ''));
  };
}

function compileStep(config: RelabelConfig): RelabelStep {
  const { source_labels: sources, separator, target_label: target, modulus, replacement } = config;
  const regex = RE2JS.compile(`^(?s:${config.regex})$`);
  const joined = (labels: Map<string, string>): string =>
    sources.map((name) => labels.get(name) ?? '').join(separator);

  switch (config.action) {
    case 'replace': {
      const [nameOf, textOf] = [expansion(target), expansion(replacement)];
      return (labels) => {
        const match = regex.matcher(joined(labels));
        if (!match.find()) return true;
        const name = nameOf(match);
        if (LABEL_NAME.test(name)) setOrDelete(labels, name, textOf(match));
        return true;
      };
    }
    case 'keep':
      return (labels) => regex.matches(joined(labels));
    case 'drop':
      return (labels) => !regex.matches(joined(labels));
    case 'keepequal':
      return (labels) => joined(labels) === (labels.get(target) ?? '');
    case 'dropequal':
      return (labels) => joined(labels) !== (labels.get(target) ?? '');
    case 'hashmod':
      return (labels) => {
        const digest = createHash('md5').update(joined(labels)).digest();
        labels.set(target, String(digest.readBigUInt64BE(8) % BigInt(modulus)));
        return true;
      };
    case 'lowercase':
      return (labels) => setOrDelete(labels, target, toLower(joined(labels)));
    case 'uppercase':
      return (labels) => setOrDelete(labels, target, toUpper(joined(labels)));
    case 'labelmap': {
      const nameOf = expansion(replacement);
      return (labels) => {
        for (const [name, value] of [...labels]) {
          const match = regex.matcher(name);
          if (match.find()) labels.set(nameOf(match), value);
        }
        return true;
      };
    }
    case 'labeldrop':
      return (labels) => dropNames(labels, (name) => regex.matches(name));
    case 'labelkeep':
      return (labels) => dropNames(labels, (name) => !regex.matches(name));
  }
}

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function setOrDelete(labels: Map<string, string>, name: string, value: string): true {
  if (value === '') labels.delete(name);
  else labels.set(name, value);
  return true;
}

function dropNames(labels: Map<string, string>, drops: (name: string) => boolean): true {
  for (const name of [...labels.keys()]) if (drops(name)) labels.delete(name);
  return true;
}
