import type { AlertView, ModelHealth, Panel } from '@bellwether/server/api';

/** Small valid pieces of an overview for the tests of the pages. */

export const errorPanel: Panel = {
  id: 'error-rate',
  title: 'Error rate',
  state: 'critical',
  reason: 'Above the critical threshold of 5 %.',
  value: 0.0643,
  unit: 'ratio',
  expr: 'sum(rate(ml_errors_total[5m])) / sum(rate(ml_requests_total[5m]))',
  comparison: { label: 'threshold', value: 0.02, expr: null },
  thresholds: { direction: 'above', warning: 0.02, critical: 0.05 },
  sample: { count: 37, total: 575, label: 'errors of requests in 5 min' },
  interval: null,
};

export const accuracyPanel: Panel = {
  id: 'accuracy',
  title: 'Accuracy',
  state: 'healthy',
  reason: 'At or above 85 %.',
  value: 0.91,
  unit: 'ratio',
  expr: 'avg(ml_accuracy_by_segment)',
  comparison: null,
  thresholds: { direction: 'below', warning: 0.85, critical: 0.7 },
  sample: { count: 91, total: 100, label: 'labelled predictions' },
  interval: { low: 0.838, high: 0.952 },
};

export const lowAccuracy: AlertView = {
  name: 'LowModelAccuracy',
  state: 'firing',
  severity: 'critical',
  labels: {
    alertname: 'LowModelAccuracy',
    severity: 'critical',
    model_name: 'mail',
    model: 'mail',
  },
  summary: 'Model accuracy below threshold',
  description: 'Model mail accuracy: 66.1%',
  runbook: ['Check for data drift', 'Consider rollback'],
  runbookUrl: null,
  activeAt: '2026-11-23T02:00:00Z',
  value: 0.661,
  expr: 'ml_accuracy_by_segment < 0.70',
  ruleFile: 'prometheus_rules.yml',
};

export function modelNamed(name: string, state: ModelHealth['state']): ModelHealth {
  return { name, versions: ['1'], state, panels: [errorPanel, accuracyPanel], firing: 0 };
}
