import { describe, expect, it } from 'vitest';
import { configFrom } from '../../config/load.ts';
import type { ConfigInput } from '../../config/schema.ts';
import { jobSettings } from './job-settings.ts';
import { resolveTargets, targetLabels } from './target.ts';

type Job = NonNullable<ConfigInput['scrape_configs']>[number];

function resolve(
  job: Omit<Job, 'job_name'>,
  labels: Record<string, string> = { __address__: 'host:80' },
) {
  const { config } = configFrom({ scrape_configs: [{ job_name: 'j', ...job }] });
  const { targets, ...rest } = resolveTargets(
    [{ source: 'test', targets: [labels], labels: {} }],
    jobSettings(config.scrape_configs[0]!, config.global),
  );
  return { targets: [...targets.values()], ...rest };
}

// Expected values follow prometheus.io, "Configuration", <relabel_config> and <scrape_config>.
describe('making targets of what discovery found', () => {
  it('tells relabelling by labels how a target is going to be scraped, and lets it change that', () => {
    const { targets } = resolve({
      metrics_path: '/m',
      scheme: 'https',
      params: { module: ['http', 'second'], other: ['x'] },
      relabel_configs: [
        { source_labels: ['__scheme__', '__metrics_path__'], separator: '', target_label: 'how' },
        {
          source_labels: ['__scrape_interval__', '__scrape_timeout__', '__param_module'],
          target_label: 'timing',
        },
        { target_label: '__scheme__', replacement: 'http' },
        { target_label: '__metrics_path__', replacement: '/probe' },
        { target_label: '__param_module', replacement: 'icmp' },
        { target_label: '__param_target', replacement: 'a b' },
        { target_label: '__scrape_interval__', replacement: '1m30s' },
      ],
    });
    expect(targets).toEqual([
      {
        job: 'j',
        url: 'http://host:80/probe?module=icmp&module=second&other=x&target=a+b',
        labels: { job: 'j', instance: 'host:80', how: 'https/m', timing: '15s;10s;http' },
        discoveredLabels: {
          __address__: 'host:80',
          __metrics_path__: '/m',
          __scheme__: 'https',
          __scrape_interval__: '15s',
          __scrape_timeout__: '10s',
          __param_module: 'http',
          __param_other: 'x',
          job: 'j',
        },
        intervalMs: 90_000,
        timeoutMs: 10_000,
      },
    ]);
  });

  it('keeps no label that begins with __, and takes instance from the relabelled address', () => {
    const { targets } = resolve(
      {
        relabel_configs: [
          { source_labels: ['__meta_ip'], target_label: '__tmp' },
          { source_labels: ['__tmp'], target_label: '__address__', replacement: '$1:9' },
        ],
      },
      { __address__: 'name', __meta_ip: '10.0.0.1' },
    );
    expect(targets[0]!.labels).toEqual({ job: 'j', instance: '10.0.0.1:9' });
    expect(targets[0]!.url).toBe('http://10.0.0.1:9/metrics');
  });

  it('lets instance and job stand where discovery or relabelling set them', () => {
    const { targets } = resolve({}, { __address__: 'h', instance: 'mine', job: 'other' });
    expect(targets[0]).toMatchObject({ job: 'j', labels: { instance: 'mine', job: 'other' } });
  });

  it('adds no port to an address without one, as Prometheus 3', () => {
    const { targets } = resolve({ scheme: 'https' }, { __address__: 'host' });
    expect(targets[0]!.url).toBe('https://host/metrics');
    expect(targets[0]!.labels['instance']).toBe('host');
  });

  it('keeps the labels before relabelling of those it drops', () => {
    const { targets, dropped } = resolve(
      { relabel_configs: [{ source_labels: ['__meta_x'], regex: 'no', action: 'drop' }] },
      { __address__: 'h:1', __meta_x: 'no', __meta_empty: '' },
    );
    expect(targets).toEqual([]);
    expect(dropped).toEqual([expect.objectContaining({ __address__: 'h:1', __meta_x: 'no' })]);
    expect(dropped[0]).not.toHaveProperty('__meta_empty');
  });

  it.each([
    [{ __address__: '' }, 'no __address__'],
    [{ __address__: 'http://host' }, 'is not host:port'],
    [{ __address__: 'h', __scheme__: 'ftp' }, '__scheme__ is "ftp"'],
    [{ __address__: 'h', __scrape_interval__: 'soon' }, '__scrape_interval__ is "soon"'],
    [{ __address__: 'h', __scrape_interval__: '0s' }, 'not a duration above 0'],
    [{ __address__: 'h', __scrape_interval__: '5s' }, 'timeout is longer than its scrape interval'],
    [{ __address__: 'h:port' }, 'is not an address'],
    [{ __address__: 'me:s3cr3t@h:80' }, 'the address of h:80 has credentials before it'],
    [{ __address__: 'http://me:s3cr3t@h' }, 'the address of h has credentials before it'],
  ])('leaves %j out and says why', (labels, message) => {
    const { targets, problems } = resolve({}, labels);
    expect(targets).toEqual([]);
    expect(problems[0]).toContain(message);
    expect(problems[0]).not.toContain('s3cr3t');
  });

  // Source: what Prometheus 2.42 stores of the same; prometheus.io, "Configuration", `honor_labels`.
  it.each([
    [true, { instance: '', job: 'batch' }, { job: 'batch' }],
    [true, { job: '', instance: 'i' }, { instance: 'i' }],
    [true, { other: '' }, { job: 'j', instance: 'h:1' }],
    [false, { instance: '', job: 'batch' }, { exported_job: 'batch', job: 'j', instance: 'h:1' }],
    [false, { job: 'a', exported_job: '' }, { exported_job: 'a', job: 'j', instance: 'h:1' }],
  ])('with honor_labels: %s, a series with %j is stored as %j', (honorLabels, scraped, stored) => {
    const labels = { job: 'j', instance: 'h:1' };
    expect(targetLabels(scraped, { labels, honorLabels })).toEqual(stored);
  });

  it('leaves out an empty address alone, and takes the same address of one group once', () => {
    const { config } = configFrom({ scrape_configs: [{ job_name: 'j' }] });
    const targetsOf = ['h:1', '', 'h:1'].map((each) => ({ __address__: each }));
    const group = { source: 'a', targets: targetsOf, labels: {} };
    const { targets, problems } = resolveTargets(
      [group],
      jobSettings(config.scrape_configs[0]!, config.global),
    );
    expect([...targets.values()].map(({ url }) => url)).toEqual(['http://h:1/metrics']);
    expect(problems).toEqual(['a: a target has no __address__']);
  });

  it('takes the same target named twice once', () => {
    const { config } = configFrom({ scrape_configs: [{ job_name: 'j' }] });
    const group = { source: 'a', targets: [{ __address__: 'h:1' }], labels: {} };
    const { targets } = resolveTargets(
      [group, { ...group, source: 'b' }],
      jobSettings(config.scrape_configs[0]!, config.global),
    );
    expect(targets.size).toBe(1);
  });
});
