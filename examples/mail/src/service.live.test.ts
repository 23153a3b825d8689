import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const cache = mkdtempSync(join(tmpdir(), 'bellwether-mail-'));

interface Ready {
  readonly listening: number;
  readonly trained: boolean;
}

function start(...args: string[]): ChildProcess {
  const node = ['--import', 'tsx', '-C', 'bellwether:source', main, '--cache', cache, ...args];
  return spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ready(child: ChildProcess): Promise<Ready> {
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await once(lines, 'line')) as [string];
  return JSON.parse(line) as Ready;
}

async function stop(child: ChildProcess): Promise<number | null> {
  const exit = once(child, 'exit') as Promise<[number | null]>;
  child.kill('SIGTERM');
  return (await exit)[0];
}

describe('the mail service as its own process', () => {
  let child: ChildProcess;
  let url = '';

  beforeAll(async () => {
    child = start('--port', '0', '--demo');
    const { listening, trained } = await ready(child);
    expect(trained).toBe(true);
    url = `http://127.0.0.1:${listening}`;
  });

  afterAll(async () => {
    expect(await stop(child)).toBe(0);
    rmSync(cache, { recursive: true });
  });

  const post = (path: string, body: string) => fetch(url + path, { method: 'POST', body });

  it('judges mail, takes a label back and shows both in its metrics', async () => {
    const text =
      'Subject: Re: [ILUG] kernel patch\n\nThe patch applies, but the module does not load.';
    const answer = await post('/predict', JSON.stringify({ text }));
    const { label, request_id } = (await answer.json()) as Record<string, string>;
    expect(label).toBe('ham');
    const feedback = await post('/feedback', JSON.stringify({ request_id, true_label: 'ham' }));
    expect(await feedback.json()).toEqual({ result: 'correct' });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain(
      'ml_predictions_by_class{model_name="mail_spam",predicted_class="ham"} 1',
    );
    expect(metrics).toContain('ml_feedback_total{model_name="mail_spam",result="correct"} 1');
  });

  it('refuses what it cannot read over HTTP as well', async () => {
    expect((await post('/predict', '{')).status).toBe(400);
    expect((await post('/predict', JSON.stringify({ text: 'x'.repeat(300_000) }))).status).toBe(
      413,
    );
    expect((await post('/predict', '{"text": ""}')).status).toBe(422);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok' });
  });

  it('replays an hour of the past, and its counters go on from there', async () => {
    const requests = (text: string) => Number(/^ml_requests_total\{.*\} (\d+)/m.exec(text)?.[1]);
    const before = requests(await (await fetch(`${url}/metrics`)).text());
    const to = Math.floor(Date.now() / 60_000) * 60_000;
    const span = `from=${to - 3_600_000}&to=${to}&step=60000&hardFrom=${to - 1_500_000}`;
    const snapshots = (await (await fetch(`${url}/replay?${span}`)).text()).split('# EOF\n');
    expect(snapshots).toHaveLength(61);
    expect(snapshots.pop()).toBe('');
    const counts = snapshots.map(requests);
    expect(counts[0]).toBeGreaterThan(before);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(snapshots.at(-1)).toMatch(
      new RegExp(`^ml_accuracy_by_segment\\{.*"ground_truth_sample"\\} [\\d.]+ ${to}$`, 'm'),
    );
    expect(requests(await (await fetch(`${url}/metrics`)).text())).toBe(counts.at(-1));
    expect((await fetch(`${url}/replay?from=2&to=1`)).status).toBe(422);
  });

  it('ends with its parent when it is tethered to it', async () => {
    const node = ['--import', 'tsx', '-C', 'bellwether:source', main, '--cache', cache];
    const tethered = spawn(process.execPath, [...node, '--port', '0', '--tethered'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await ready(tethered);
    const exit = once(tethered, 'exit');
    tethered.stdin.end();
    expect((await exit)[0]).toBe(0);
  });

  it('says in one line that its port is taken, and finds its model trained', async () => {
    const second = start('--port', new URL(url).port);
    let message = '';
    second.stderr!.on('data', (chunk) => {
      message += String(chunk);
    });
    const [code] = (await once(second, 'close')) as [number];
    expect(code).toBe(2);
    expect(message).toMatch(/^Port \d+ is taken; choose another one with --port\.\n$/);
    const third = start('--port', '0');
    const { listening, trained } = await ready(third);
    expect(trained).toBe(false);
    // Without --demo nobody can set the clock of the service.
    expect((await fetch(`http://127.0.0.1:${listening}/replay?from=1&to=2`)).status).toBe(404);
    await stop(third);
  });
});
