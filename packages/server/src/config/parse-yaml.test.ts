import { describe, expect, it } from 'vitest';
import { parseConfig } from './load.ts';
import { parseYaml } from './parse-yaml.ts';
import { configSchema } from './schema.ts';

const jobs = (lines: string) => parseConfig(`scrape_configs:\n${lines}`, 'b.yaml').scrape_configs;

function problemsOf(text: string): readonly string[] {
  const read = parseYaml(text, 'b.yaml', configSchema);
  return 'problems' in read ? read.problems : [];
}

/** What `promtool check config` and `/api/v1/status/config` of Prometheus 2.42 make of the same lines. */
describe('a scalar of the configuration', () => {
  it('is, as a label, the text that is written', () => {
    const [job] = jobs(`
- job_name: shop
  static_configs:
    - targets: ['127.0.0.1:9', 123]
      labels: {a: null, b: , c: ~, d: yes, e: 1_000, f: 0o17, g: 0x1F, h: 2001-01-01, i: !!str 12, j: 1e3, k: 0123, l: True, m: 1.10, n: "x"}
`);
    expect(job!.static_configs[0]!.targets).toEqual(['127.0.0.1:9', '123']);
    expect(job!.static_configs[0]!.labels).toEqual({
      a: '',
      b: '',
      c: '',
      d: 'yes',
      e: '1_000',
      f: '0o17',
      g: '0x1F',
      h: '2001-01-01',
      i: '12',
      j: '1e3',
      k: '0123',
      l: 'True',
      m: '1.10',
      n: 'x',
    });
  });

  it('is a text wherever a text is wanted', () => {
    const [job] = jobs(`
- job_name: 0x1F
  params: {debug: [1, yes, null], none: }
  relabel_configs:
    - {source_labels: [on], regex: 3.10, action: keep}
    - {target_label: room, replacement: 8576}
    - {target_label: gone, replacement: , separator: }
`);
    expect(job).toMatchObject({
      job_name: '0x1F',
      params: { debug: ['1', 'yes', ''], none: [] },
      relabel_configs: [
        { source_labels: ['on'], regex: '3.10' },
        { replacement: '8576', regex: '(.*)' },
        { replacement: '', separator: '' },
      ],
    });
  });

  it.each([
    ['yes', true],
    ['On', true],
    ['y', true],
    ['TRUE', true],
    ['off', false],
    ['NO', false],
    ['False', false],
  ])('may say %s for a boolean, as YAML 1.1 does', (text, expected) => {
    expect(jobs(`- {job_name: a, honor_labels: ${text}}`)[0]!.honor_labels).toBe(expected);
  });

  it.each([
    ['1_000', 1000],
    ['0x1F', 31],
    ['010', 8],
    ['0b11', 3],
    ['1e3', 1000],
  ])('may say %s for a number', (text, expected) => {
    expect(jobs(`- {job_name: a, sample_limit: ${text}}`)[0]!.sample_limit).toBe(expected);
  });

  it('is a text in quotes, which is neither number nor boolean', () => {
    expect(problemsOf('scrape_configs:\n- job_name: a\n  honor_labels: "yes"\n')).toEqual([
      expect.stringMatching(/^b\.yaml:3:3 scrape_configs\.0\.honor_labels: .*boolean/),
    ]);
    expect(problemsOf('scrape_configs:\n- job_name: a\n  sample_limit: "5"\n')).toEqual([
      expect.stringMatching(/^b\.yaml:3:3 scrape_configs\.0\.sample_limit: .*number/),
    ]);
  });
});

describe('a key with nothing behind it', () => {
  it('means what it means when it is not there', () => {
    const written = parseConfig(
      `
global:
rule_files:
  # - first.yml
server:
otlp:
scrape_configs:
- job_name: a
  params:
  metrics_path:
  scheme:
  scrape_interval:
  tls_config:
  relabel_configs:
  metric_relabel_configs:
  static_configs:
    - {targets: ['127.0.0.1:9'], labels: }
`,
      'b.yaml',
    );
    expect(written).toEqual(
      parseConfig(
        `scrape_configs: [{job_name: a, static_configs: [{targets: ['127.0.0.1:9']}]}]`,
        'b.yaml',
      ),
    );
  });
});

describe('a merge key', () => {
  it('brings the keys of one mapping or of several; those written out win, then the first', () => {
    const read = jobs(`
- &base
  job_name: a
  honor_labels: yes
  scrape_interval: 7s
  static_configs: [{targets: ['127.0.0.1:9'], labels: &labels {v: 1.10, w: base}}]
- job_name: 123
  scrape_interval: 9s
  <<: *base
- <<: [{job_name: c, scrape_interval: 3s}, *base]
  static_configs: [{targets: ['127.0.0.1:9'], labels: {w: own, <<: *labels}}]
`);
    expect(read).toMatchObject([
      { job_name: 'a' },
      { job_name: '123', honor_labels: true, scrape_interval: 9000 },
      { job_name: 'c', honor_labels: true, scrape_interval: 3000 },
    ]);
    expect(read[2]!.static_configs[0]!.labels).toEqual({ v: '1.10', w: 'own' });
  });

  it('that merges something else is refused at its line', () => {
    expect(problemsOf('global:\n  <<: [1]\n')).toEqual([
      expect.stringMatching(/^b\.yaml:2:8 << merges mappings only/),
    ]);
  });
});

describe('what an alias stands for', () => {
  it('is where the anchor is, also for what is wrong in it', () => {
    const text = `
scrape_configs:
- job_name: a
  static_configs: &targets
    - targets: [x:1]
      lables: {}
- job_name: b
  static_configs: *targets
`;
    expect(problemsOf(text)).toEqual([
      'b.yaml:6:7 scrape_configs.0.static_configs.0.lables: this key is not known here',
      'b.yaml:6:7 scrape_configs.1.static_configs.0.lables: this key is not known here',
    ]);
  });

  it('must not be itself, nor nothing, nor more than there is memory for', () => {
    expect(problemsOf('global: &g\n  external_labels: *g\n')).toEqual([
      expect.stringMatching(/^b\.yaml:2:20 the anchor &g contains itself/),
    ]);
    expect(problemsOf('global:\n  external_labels: *missing\n')).toEqual([
      expect.stringMatching(/^b\.yaml:2:20 there is no anchor &missing above/),
    ]);
    const lines = ['rule_files:', `- &a0 [${'x, '.repeat(10)}]`];
    for (let i = 1; i < 10; i++) lines.push(`- &a${i} [${`*a${i - 1}, `.repeat(10)}]`);
    expect(problemsOf(lines.join('\n'))).toEqual([
      expect.stringMatching(/^b\.yaml:7:\d+ aliases stand for more than 400000 nodes up to here/),
    ]);
  });
});

describe('a name that objects of JavaScript have too', () => {
  it('is a key like any other', () => {
    const [job] = jobs(`
- job_name: a
  params: {constructor: [1], __proto__: [2]}
  http_headers: {toString: {values: [x]}}
  static_configs: [{labels: {__proto__: p, constructor: c, hasOwnProperty: h}}]
`);
    const labels = job!.static_configs[0]!.labels!;
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['hasOwnProperty', 'h'],
    ]);
    expect(labels['toString']).toBeUndefined();
    expect(Object.entries(job!.params)).toEqual([
      ['constructor', ['1']],
      ['__proto__', ['2']],
    ]);
    expect(Object.keys(job!.http_headers!)).toEqual(['toString']);
  });

  it('is not known where keys are', () => {
    expect(problemsOf('global:\n  constructor: 1\n')).toEqual([
      'b.yaml:2:3 global.constructor: this key is not known here',
    ]);
  });
});

it('reads one document', () => {
  expect(problemsOf('global: {}\n---\nglobal: {}\n')).toEqual([
    expect.stringMatching(/^b\.yaml:3:1 a second document begins here/),
  ]);
});
