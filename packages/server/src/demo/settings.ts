import type { ConfigInput } from '../config/schema.ts';

/** One replayed scrape each 15 s, as a Prometheus with its usual interval would have taken them. */
export const REPLAY_STEP_MS = 15_000;

/** The hard mail sets in this long before the replayed day ends, so that the page shows what it does. */
export const HARD_BEFORE_END_MS = 25 * 60_000;

/** The labels that past and present of the mail service share, whatever port it has today. */
export const DEMO_TARGET = { labels: { job: 'mail', instance: 'mail-1' }, honorLabels: false };

/** The configuration of the demo; what a user's bellwether.yaml would say of the same service. */
export function demoConfig(options: {
  listen: string;
  data: string;
  mailAddress: string;
  ruleFiles: readonly string[];
}): ConfigInput {
  return {
    server: { listen: options.listen },
    storage: { path: options.data },
    global: { scrape_interval: '5s', scrape_timeout: '4s', evaluation_interval: '5s' },
    scrape_configs: [
      {
        job_name: 'mail',
        static_configs: [
          { targets: [options.mailAddress], labels: { instance: DEMO_TARGET.labels.instance } },
        ],
      },
    ],
    rule_files: [...options.ruleFiles],
    health: {
      models: {
        mail_spam: { latency_p95_seconds: 0.01, accuracy_warning: 0.95, accuracy_critical: 0.9 },
      },
    },
  };
}
