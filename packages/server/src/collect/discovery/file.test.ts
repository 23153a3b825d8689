import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configFrom } from '../../config/load.ts';
import type { TargetGroup } from './discovery.ts';
import { FileDiscovery } from './file.ts';

let folder: string;
let discovery: FileDiscovery;
let seen: readonly TargetGroup[] = [];
const log = pino({ level: 'silent' });

async function discover(files: string[]): Promise<void> {
  const { config } = configFrom({
    scrape_configs: [{ job_name: 'j', file_sd_configs: [{ files }] }],
  });
  discovery = new FileDiscovery(config.scrape_configs[0]!.file_sd_configs[0]!, folder, log);
  await discovery.start((groups) => {
    seen = groups;
  });
}

const addresses = () => seen.flatMap(({ targets }) => targets.map((each) => each['__address__']));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-file-sd-'));
  seen = [];
});

afterEach(async () => {
  await discovery.stop();
  await rm(folder, { recursive: true, force: true });
});

// The files are those of prometheus.io, "Configuration", <file_sd_config>.
describe('discovering targets in files', () => {
  it('reads JSON and YAML by patterns relative to the configuration, and says which file it was', async () => {
    await writeFile(join(folder, 'a.json'), '[{ "targets": ["a:1"], "labels": { "env": "x" } }]');
    await writeFile(join(folder, 'b.yml'), '- targets: [b:1, b:2]\n  labels: { rank: 1 }\n');
    await writeFile(join(folder, 'ignored.txt'), '- targets: [c:1]\n');
    await discover(['*.json', 'b.yml']);
    expect(seen).toEqual([
      {
        source: `${join(folder, 'a.json')}:0`,
        targets: [{ __address__: 'a:1' }],
        labels: { env: 'x', __meta_filepath: join(folder, 'a.json') },
      },
      {
        source: `${join(folder, 'b.yml')}:0`,
        targets: [{ __address__: 'b:1' }, { __address__: 'b:2' }],
        labels: { rank: '1', __meta_filepath: join(folder, 'b.yml') },
      },
    ]);
  });

  // The labels are those that Prometheus 2.42 shows for the same file.
  it('takes labels as they are written, merges them, and takes nothing for no targets and no labels', async () => {
    await writeFile(
      join(folder, 'a.yml'),
      `- targets: [a:1]
  labels: &l {v: 1.10, z: 007, n: null, __proto__: p, constructor: c}
- targets: [b:1]
  labels: {<<: *l, w: y}
- targets:
  labels: {}
- targets: [c:1]
  labels:
`,
    );
    await discover(['a.yml']);
    const meta = { __meta_filepath: join(folder, 'a.yml') };
    const own = Object.entries({ v: '1.10', z: '007', n: '' }).concat([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
    expect(seen.map(({ labels }) => Object.fromEntries(Object.entries(labels)))).toEqual([
      Object.fromEntries([...own, ...Object.entries(meta)]),
      Object.fromEntries([...own, ...Object.entries({ w: 'y', ...meta })]),
      meta,
      meta,
    ]);
    expect(addresses()).toEqual(['a:1', 'b:1', 'c:1']);
  });

  it('says where a file is wrong', async () => {
    await writeFile(join(folder, 'a.yml'), '- targets: [a:1]\n- target: [b:1]\n');
    const heard: string[] = [];
    const warn = vi.spyOn(log, 'warn').mockImplementation((...args) => {
      heard.push(JSON.stringify(args));
    });
    await discover(['a.yml']);
    warn.mockRestore();
    expect(heard.join()).toContain(
      `${join(folder, 'a.yml')}:2:3 1.target: this key is not known here`,
    );
  });

  it('takes null for what has nothing in it, in both languages', async () => {
    await writeFile(
      join(folder, 'a.json'),
      '[{"targets": ["a:1"], "labels": null}, {"targets": null, "labels": {}}, {"targets": ["a:2", ""]}]',
    );
    await writeFile(
      join(folder, 'b.yml'),
      '- targets:\n  labels: { x: y }\n- targets: [b:1]\n  labels:\n',
    );
    await writeFile(join(folder, 'c.yml'), 'null\n');
    await discover(['*.json', '*.yml']);
    expect(addresses()).toEqual(['a:1', 'a:2', '', 'b:1']);
  });

  it('follows changes: a file written anew, replaced by another, added, and gone', async () => {
    const file = join(folder, 'a.yml');
    await writeFile(file, '- targets: [a:1]\n');
    await discover(['*.yml']);
    expect(addresses()).toEqual(['a:1']);

    await writeFile(file, '- targets: [a:2]\n');
    await vi.waitFor(() => expect(addresses()).toEqual(['a:2']), 5000);

    await writeFile(join(folder, 'next'), '- targets: [a:3]\n');
    await rename(join(folder, 'next'), file);
    await vi.waitFor(() => expect(addresses()).toEqual(['a:3']), 5000);

    await writeFile(join(folder, 'b.yml'), '- targets: [b:1]\n');
    await vi.waitFor(() => expect(addresses()).toEqual(['a:3', 'b:1']), 5000);

    await rm(file);
    await vi.waitFor(() => expect(addresses()).toEqual(['b:1']), 5000);
  });

  it('keeps the targets of a file that cannot be read any more, while others change', async () => {
    await writeFile(join(folder, 'a.yml'), '- targets: [a:1]\n');
    await writeFile(join(folder, 'b.yml'), '- targets: [b:1]\n');
    await discover(['*.yml']);
    await writeFile(join(folder, 'a.yml'), '- target: [a:2\n');
    await writeFile(join(folder, 'b.yml'), '- targets: [b:2]\n');
    await vi.waitFor(() => expect(addresses()).toEqual(['a:1', 'b:2']), 5000);
  });

  it('waits for a file that is not there yet', async () => {
    await discover(['later.yml']);
    expect(seen).toEqual([]);
    await writeFile(join(folder, 'later.yml'), '- targets: [a:1]\n');
    await vi.waitFor(() => expect(addresses()).toEqual(['a:1']), 5000);
  });
});
