/** Labels the card already says in other places. */
const SAID = new Set(['alertname', 'severity']);

/**
 * The labels that tell one alert from another, as [name, value] in the order of their names.
 * `model` is left out when it only repeats `model_name`, and so are empty ones.
 */
export function tellingLabels(labels: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(labels)
    .filter(([name, value]) => !SAID.has(name) && value !== '')
    .filter(([name, value]) => name !== 'model' || labels['model_name'] !== value)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
