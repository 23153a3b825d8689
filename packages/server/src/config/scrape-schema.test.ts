import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BellwetherError } from '../errors.ts';
import { fingerprint } from './fingerprint.ts';
import { parseConfig } from './load.ts';
import { Secret } from './secret.ts';

function problemsOf(text: string): string {
  try {
    parseConfig(text, 'prometheus.yaml');
  } catch (error) {
    if (error instanceof BellwetherError) return error.message;
    throw error;
  }
  return '';
}

/** Document C, section "Prometheus Setup", to the letter. */
const DOCUMENT_C = `global:
  scrape_interval: 15s
  evaluation_interval: 15s

scrape_configs:
  - job_name: 'kubernetes-apiservers'
    kubernetes_sd_configs:
    - role: endpoints
    scheme: https
    tls_config:
      ca_file: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    bearer_token_file: /var/run/secrets/kubernetes.io/serviceaccount/token

  - job_name: 'kubernetes-nodes'
    kubernetes_sd_configs:
    - role: node
    scheme: https
    tls_config:
      ca_file: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    bearer_token_file: /var/run/secrets/kubernetes.io/serviceaccount/token

  - job_name: 'kubernetes-pods'
    kubernetes_sd_configs:
    - role: pod
    relabel_configs:
    - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]
      action: keep
      regex: true

  - job_name: 'mlflow'
    static_configs:
    - targets: ['mlflow:5000']

  - job_name: 'gpu-metrics'
    static_configs:
    - targets: ['gpu-exporter:9400']
`;

const SECRETS = `scrape_configs:
  - job_name: a
    basic_auth: { username: u, password: hunter2 }
  - job_name: b
    authorization: { credentials: hunter2 }
  - job_name: c
    bearer_token: hunter2
    http_sd_configs: [{ url: 'http://sd', basic_auth: { username: u, password: hunter2 } }]
  - job_name: d
    tls_config: { cert: public, key: hunter2 }
  - job_name: e
    oauth2:
      client_id: me
      client_secret: hunter2
      token_url: http://login/token
      endpoint_params: { password: hunter2 }
    proxy_url: http://proxy
    proxy_connect_header: { x-key: [hunter2] }
  - job_name: f
    http_headers: { x-key: { secrets: [hunter2] } }
`;

describe('scrape_configs', () => {
  it('loads the prometheus.yaml of document C unchanged', () => {
    const { scrape_configs: jobs } = parseConfig(DOCUMENT_C, 'prometheus.yaml');
    expect(jobs.map((job) => job.job_name)).toEqual([
      'kubernetes-apiservers',
      'kubernetes-nodes',
      'kubernetes-pods',
      'mlflow',
      'gpu-metrics',
    ]);
    expect(jobs[0]).toMatchObject({
      scheme: 'https',
      kubernetes_sd_configs: [{ role: 'endpoints' }],
      bearer_token_file: '/var/run/secrets/kubernetes.io/serviceaccount/token',
    });
    expect(jobs[2]!.relabel_configs[0]).toMatchObject({ action: 'keep', regex: 'true' });
  });

  it('names line and key of what concerns parts of Prometheus that we do not have', () => {
    expect(problemsOf(`${DOCUMENT_C}alerting:\n  alertmanagers: []\n`)).toMatch(
      /^prometheus\.yaml:\d+:1 alerting: this key is not known here$/,
    );
  });

  it('shows no secret, however the configuration is printed', () => {
    const config = parseConfig(SECRETS, 'prometheus.yaml');
    for (const text of [JSON.stringify(config), inspect(config, { depth: 20, showHidden: true })]) {
      expect(text).toContain('<secret>');
      expect(text).not.toContain('hunter2');
    }
    expect(`${config.scrape_configs[2]!.bearer_token}`).toBe('<secret>');
    expect(config.scrape_configs[2]!.bearer_token!.reveal()).toBe('hunter2');
  });

  it('shows no secret in the messages about what is wrong', () => {
    const wrong = `scrape_configs:
  - job_name: a
    basic_auth: { username: u, password: [hunter2], password_file: f }
  - job_name: b
    authorization: { type: basic, credentials: hunter2, credentials_file: hunter }
    bearer_token: hunter2
`;
    expect(problemsOf(wrong)).toContain('basic_auth');
    expect(problemsOf(wrong)).not.toContain('hunter2');
  });

  it('sees that a secret has changed, though it looks the same', () => {
    const [one, other] = ['hunter2', 'hunter3'].map((text) => ({ password: new Secret(text) }));
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    expect(fingerprint(one)).not.toBe(fingerprint(other));
    expect(fingerprint(one)).toBe(fingerprint({ password: new Secret('hunter2') }));
  });

  it.each([
    ['body_size_limit: 10MB', { body_size_limit: 10 * 1024 * 1024 }],
    ['body_size_limit: 0', { body_size_limit: 0 }],
    ['scheme: HTTPS', { scheme: 'https' }],
    ['scrape_protocols: [PrometheusProto]', { scrape_protocols: ['PrometheusProto'] }],
    ['scrape_protocols: [PrometheusText0.0.4]', { scrape_protocols: ['PrometheusText0.0.4'] }],
    ['enable_http2: false\n    enable_compression: false', { enable_compression: false }],
    ['http_headers: { X-A: { values: [b] } }', { http_headers: { 'X-A': { values: ['b'] } } }],
    ['dns_sd_configs: [{ names: [x], type: a, port: 80 }]', { dns_sd_configs: [{ type: 'A' }] }],
    ['http_sd_configs: [{ url: "http://x" }]', { http_sd_configs: [{ refresh_interval: 60_000 }] }],
  ])('reads %s', (line, expected) => {
    const text = `scrape_configs:\n  - job_name: a\n    ${line}\n`;
    expect(parseConfig(text, 'c').scrape_configs[0]).toMatchObject(expected);
  });

  it.each([
    ['scrape_interval: 5s\n    scrape_timeout: 10s', ':4:5 .*scrape_timeout: must not be longer'],
    ['body_size_limit: much', 'is not a size'],
    ['bearer_token: a\n    basic_auth: { username: b }', 'at most one of basic_auth, bearer_token'],
    ['dns_sd_configs: [{ names: [x], type: A }]', 'a port is required'],
    ['file_sd_configs: [{ files: ["a/*/b.json"] }]', 'at most one \\* and that in the file name'],
    ['kubernetes_sd_configs: [{ role: dog }]', 'kubernetes_sd_configs\\.0\\.role'],
    [
      'kubernetes_sd_configs: [{ role: service, selectors: [{ role: pod, label: a }] }]',
      'role service takes selectors of service only',
    ],
    ['tls_config: { cert_file: a }', 'needs both cert and key'],
    ['static_configs: [{ targets: [a], lables: {} }]', 'lables: this key is not known here'],
    [
      'oauth2: { client_id: a, token_url: "http://b" }\n    basic_auth: { username: c }',
      ':3:5 .*at most one of basic_auth, oauth2',
    ],
    ['oauth2: { client_id: a }', 'oauth2\\.token_url'],
    ['oauth2: { token_url: "http://b" }', 'oauth2\\.client_id'],
    [
      'oauth2: { client_id: a, token_url: "http://b", client_secret: c, client_secret_file: d }',
      'oauth2: at most one of client_secret and client_secret_file',
    ],
    [
      'oauth2: { client_id: a, token_url: "http://b:c@d" }',
      'oauth2\\.token_url: must hold no name and password',
    ],
    ['oauth2: { client_id: a, token_url: "http://b", no_proxy: c }', 'oauth2\\.no_proxy: needs'],
    ['proxy_url: proxy', ':3:5 .*proxy_url: must be an address like http://proxy:3128'],
    ['no_proxy: a', 'no_proxy: needs proxy_url'],
    ['proxy_url: http://a\n    no_proxy: 10.0.0.0/64', 'no_proxy: names a network that is none'],
    ['proxy_connect_header: { a: [b] }', 'needs proxy_url or proxy_from_environment'],
    [
      'proxy_from_environment: true\n    proxy_url: http://a',
      ':4:5 .*proxy_url: must not be set together with proxy_from_environment',
    ],
    [
      'proxy_from_environment: true\n    no_proxy: a',
      'no_proxy: must not be set together with proxy_from_environment',
    ],
    [
      'http_sd_configs: [{ url: "http://x", bearer_token: a, oauth2: { client_id: a, token_url: "http://b" } }]',
      'http_sd_configs\\.0\\.bearer_token: at most one of oauth2, bearer_token',
    ],
    [
      'kubernetes_sd_configs: [{ role: node, proxy_url: "http://x" }]',
      'proxy_url: this key is not known here',
    ],
    ['http_headers: { Authorization: { values: [a] } }', 'Authorization: must not be set here'],
    ['http_headers: { x-a: {}, X-A: {} }', 'http_headers\\.X-A: stands here twice'],
    ['static_configs: [{ targets: [a], labels: { "a b": c } }]', 'a b: is not a label name'],
    ['http_headers: { "a b": {} }', 'is not the name of a header'],
    [
      'scrape_classic_histograms: true\n    always_scrape_classic_histograms: false',
      ':3:5 .*is the old name of always_scrape_classic_histograms',
    ],
  ])('refuses %s', (line, message) => {
    expect(problemsOf(`scrape_configs:\n  - job_name: a\n    ${line}\n`)).toMatch(
      new RegExp(message),
    );
  });

  it('refuses two jobs of one name', () => {
    expect(problemsOf('scrape_configs: [{ job_name: a }, { job_name: a }]')).toContain(
      'scrape_configs.1.job_name: another scrape configuration has the job name "a"',
    );
  });
});
