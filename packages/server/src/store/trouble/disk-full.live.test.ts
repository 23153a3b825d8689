import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BellwetherProcess, PatientSender } from '../../testing/bellwether-process.ts';
import { eventually } from '../../testing/processes.ts';

const disk = mkdtempSync(join(tmpdir(), 'bellwether-disk-'));
const MOUNT = 'mount';
const UNMOUNT = 'umount';
const mounted = spawnSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]).status === 0;
const ballast = join(disk, 'ballast');
let server: BellwetherProcess;

beforeAll(async () => {
  server = await BellwetherProcess.create(`storage: { path: '${join(disk, 'data')}' }\n`);
});

afterAll(async () => {
  await server.remove();
  if (mounted) spawnSync(UNMOUNT, ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** Writes until nothing fits any more. */
async function fill(): Promise<void> {
  const file = await open(ballast, 'w');
  try {
    for (const size of [2 ** 20, 4096]) for (;;) await file.write(new Uint8Array(size));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}

it.skipIf(!mounted)(
  'outlives a full disk (needs the right to mount): says so, has senders come again, keeps what it acknowledged',
  async () => {
    await server.start();
    const sender = new PatientSender(server, 'sent');
    sender.start();
    const more = async (): Promise<void> => {
      const before = sender.acknowledged.length;
      await eventually('more samples', async () => {
        if (sender.acknowledged.length > before + 10) return true;
        throw new Error(`answered: ${[...sender.refusals].join(', ')}; ${server.output}`);
      });
    };
    await more();

    await fill();
    const said = await server.untilNotReady(/is full/);
    expect(said).toMatch(
      /the disk of the data folder \S+ is full \(.*\)\. Free space there; writing goes on by itself\. \d+ samples wait in memory\.$/m,
    );
    const refused = await server.write('refused', [[Date.now(), 1]]);
    expect([refused.status, refused.retryAfter]).toEqual([503, '5']);
    expect(refused.text).toContain('is full');
    // What is in memory is still answered.
    expect((await server.samples('sent')).length).toBeGreaterThan(10);
    await rm(ballast);
    await server.untilReady();
    await more();

    // A process that is started on a full disk waits, and leaves the data as it is.
    await fill();
    await server.kill('SIGKILL');
    // What the process had open is free again.
    expect(statfsSync(disk).bavail).toBeLessThan(100);
    server.launch();
    await server.untilNotReady(/is full/);
    expect(await server.healthy()).toBe(true);
    await rm(ballast);
    await server.untilReady();
    await more();
    await sender.stop();

    await server.kill('SIGKILL');
    await server.start();
    const stored = new Map(await server.samples('sent'));
    expect(sender.acknowledged.filter(([at, n]) => stored.get(at) !== n)).toEqual([]);
    expect([...sender.refusals]).toEqual(['503 5']);
    expect(await server.metric('bellwether_store_lost_samples')).toBe(0);
  },
);
