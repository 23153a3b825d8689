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
