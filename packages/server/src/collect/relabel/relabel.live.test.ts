// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as Go writes them
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BesidePrometheus } from '../../testing/beside-prometheus.ts';
import { eventually } from '../../testing/processes.ts';

/* The same targets and relabel_configs in a real Prometheus (2.42, package `prometheus`) and in ours, a job for each. */

const there = spawnSync('prometheus', ['--version']).status === 0;

/** Steps as they are written in YAML, each job's target having the labels below. */
const JOBS: readonly string[] = [
  '{ source_labels: [a], target_label: copy }',
  '{ source_labels: [a, b], target_label: joined }',
  '{ source_labels: [a, missing, b], separator: "-", target_label: joined }',
  '{ source_labels: [a], regex: "f(.*)", target_label: part, replacement: "x${1}y$1" }',
  '{ source_labels: [a], regex: "o+", target_label: unanchored, replacement: found }',
  '{ source_labels: [a], regex: "no", target_label: a, replacement: changed }',
  '{ source_labels: [a], regex: "(?P<first>.)(.*)", target_label: "${first}_name", replacement: "$2" }',
  '{ target_label: constant, replacement: text }',
  '{ source_labels: [a], target_label: b, replacement: "" }',
  '{ source_labels: [missing], target_label: b }',
  '{ source_labels: [missing], regex: "^$", target_label: none, replacement: "yes" }',
  '{ source_labels: [a], regex: "(?i)FOO", target_label: folded, replacement: "yes" }',
  '{ source_labels: [a], regex: "(x)?foo", target_label: unset, replacement: "<$1>" }',
  '{ source_labels: [a], target_label: dollar, replacement: "$$1-$2-$name" }',
  '{ source_labels: [a], target_label: longest, replacement: "$1_x" }, { source_labels: [a], target_label: apart, replacement: "${1}_x" }',
  '{ source_labels: [a], target_label: accent, replacement: "<$1é>" }, { source_labels: [a], target_label: zero, replacement: "<$01>" }',
  '{ source_labels: [a], target_label: "n_$1_m", replacement: z }, { source_labels: [a], target_label: "o_${1}_m", replacement: z }',
  '{ source_labels: [a], regex: "(?P<one_x>.*)", target_label: named, replacement: "$one_x" }',
  '{ regex: "pod_(.+)", replacement: "k_$1_label", action: labelmap }',
  '{ source_labels: [a], regex: foo, action: keep }',
  '{ source_labels: [a], regex: fo, action: keep }',
  '{ source_labels: [missing], regex: "", action: keep }',
  '{ source_labels: [a, b], regex: "foo;bar", action: drop }',
  '{ source_labels: [a], regex: "o", action: drop }',
  '{ source_labels: [a], target_label: same, action: keepequal }',
  '{ source_labels: [a], target_label: b, action: keepequal }',
  '{ source_labels: [a], target_label: same, action: dropequal }',
  '{ source_labels: [a], target_label: b, action: dropequal }',
  '{ source_labels: [a], target_label: shard, modulus: 7, action: hashmod }',
  '{ source_labels: [a, missing, sharp], target_label: shard, modulus: 1000000007, action: hashmod }',
  '{ source_labels: [UP], target_label: lower, action: lowercase }',
  '{ source_labels: [UP, a], target_label: upper, action: uppercase }',
  '{ source_labels: [sharp], target_label: upper, action: uppercase }',
  '{ source_labels: [sigma], target_label: lower, action: lowercase }',
  '{ regex: "pod_(.+)", action: labelmap }',
  '{ regex: "pod_(.+)", replacement: "k8s_${1}_label", action: labelmap }',
  '{ regex: "pod_.*|a", action: labeldrop }',
  '{ regex: "__.*|job|a", action: labelkeep }',
  '{ source_labels: [__meta_x], target_label: __address__, replacement: "127.0.0.1:1" }',
  '{ source_labels: [__address__, __scheme__, __metrics_path__], target_label: how }',
  '{ source_labels: [__param_p], target_label: __param_p, replacement: "new-$1" }',
  '{ target_label: __tmp, replacement: hidden }, { source_labels: [__tmp], target_label: shown }',
  '{ target_label: instance, replacement: named }',
  '{ target_label: job, replacement: renamed }',
  '{ source_labels: [a], regex: foo, action: drop }, { target_label: never, replacement: seen }',
];

const LABELS =
  '{ a: foo, b: bar, same: foo, UP: Mixed Case, sharp: Straße, sigma: ΟΔΟΣ İ, pod_app: web, pod_tier: front }';

let both: BesidePrometheus;

interface Targets {
  readonly activeTargets: readonly {
    readonly scrapePool: string;
    readonly labels: object;
    readonly scrapeUrl: string;
  }[];
  readonly droppedTargets: readonly { readonly discoveredLabels: Record<string, string> }[];
}

async function targets(url: string): Promise<Targets> {
  const response = await fetch(`${url}/api/v1/targets`);
  return ((await response.json()) as { data: Targets }).data;
}

/** What became of the one target of a job. */
function fate({ activeTargets, droppedTargets }: Targets, job: string): unknown {
  const active = activeTargets.filter(({ scrapePool }) => scrapePool === job);
  if (active.length > 0) return active.map(({ labels, scrapeUrl }) => ({ labels, scrapeUrl }));
  return droppedTargets.some(({ discoveredLabels }) => discoveredLabels['job'] === job)
    ? 'dropped'
    : 'missing';
}

beforeAll(async () => {
  if (!there) return;
  both = await BesidePrometheus.create();
  const jobs = JOBS.map(
    (steps, i) => `- job_name: job${i}
  scrape_interval: 1h
  params: { p: [old] }
  static_configs: [{ targets: ['127.0.0.1:9'], labels: ${LABELS} }]
  relabel_configs: [${steps}]
`,
  );
  await both.configure({ both: `scrape_configs:\n${jobs.join('')}` });
  await both.start();
  for (const [name, url] of both.urls)
    await eventually(`the targets of ${name}`, async () => {
      const found = await targets(url);
      return JOBS.every((_, i) => fate(found, `job${i}`) !== 'missing') ? true : undefined;
    });
});

afterAll(async () => {
  if (there) await both.stop();
});

describe.skipIf(!there)('relabelling, in a real Prometheus and here', () => {
  it.each(JOBS.map((steps, i) => [steps, `job${i}`]))('%s', async (_, job) => {
    const [theirs, ours] = [await targets(both.theirs), await targets(both.ours)];
    expect(fate(ours, job!)).toEqual(fate(theirs, job!));
  });

  it('comes to labels, to other labels and to none', async () => {
    const theirs = await targets(both.theirs);
    const fates = JOBS.map((_, i) => fate(theirs, `job${i}`));
    expect(fates.filter((one) => one === 'dropped').length).toBeGreaterThan(3);
    expect(new Set(fates.map((one) => JSON.stringify(one))).size).toBeGreaterThan(20);
  });
});
