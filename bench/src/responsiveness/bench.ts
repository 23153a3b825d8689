import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { quantile } from '../measure.ts';
import type { Bench, ReportRow } from '../report.ts';

const QUERIES = [
  'sum by (instance) (rate(work_total[5m]))',
  'max_over_time(rate(work_total[1m])[30m:1m])',
  'quantile_over_time(0.9, work_total[10m])',
];
const CANCEL_AFTER_MS = 300;

interface Ready {
  url: string;
  folder: string;
  start: number;
  end: number;
}

/** Is the server still there while someone asks it of ten million samples? And does it stop when nobody listens any more? */
export const run: Bench = async () => {
  const child = spawn(
    process.execPath,
    [...process.execArgv, fileURLToPath(new URL('./server.ts', import.meta.url))],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let ready: Ready | undefined;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      ready = JSON.parse(line) as Ready;
      break;
    }
    if (ready === undefined) throw new Error('the server did not start');
    const rows: ReportRow[] = [...(await probe('nothing else', ready.url, pause(3000)))];
    for (const query of QUERIES) {
      const began = performance.now();
      const asked = ask(ready, query).then((bytes) => ({ bytes, ms: performance.now() - began }));
      rows.push(...(await probe(query, ready.url, asked)));
      const { bytes, ms } = await asked;
      rows.push({ label: `… itself, ${(bytes / 1e6).toFixed(1)} MB`, ours: ms, unit: 'ms' });
    }
    rows.push({
      label: 'CPU after a cancelled query',
      ours: await cpuAfterCancel(ready, child.pid!),
      unit: '%',
    });
    return {
      name: 'responsiveness',
      against: '–',
      rows,
      notes: [
        'One server process with 2,000 series of 5,000 samples in its head; /-/healthy is asked every 5 ms by this process.',
        `A range query of 200 steps is cancelled after ${CANCEL_AFTER_MS} ms; CPU is the server's in the second after.`,
      ],
    };
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    if (ready !== undefined) await rm(ready.folder, { recursive: true, force: true });
  }
};

function rangeUrl({ url, start, end }: Ready, query: string): string {
  const params = {
    query,
    start: String(start + 1800),
    end: String(end),
    step: String((end - start - 1800) / 200),
  };
  return `${url}/api/v1/query_range?${new URLSearchParams(params)}`;
}

/** Reads an answer to its end; it is not parsed, as that would hold up the asking here. */
async function ask(ready: Ready, query: string): Promise<number> {
  const response = await fetch(rangeUrl(ready, query));
  if (!response.ok) throw new Error(`${query}: ${await response.text()}`);
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).byteLength;
  return bytes;
}

/** Latencies of /-/healthy while something else goes on. */
async function probe(label: string, url: string, until: Promise<unknown>): Promise<ReportRow[]> {
  let over = false;
  void until.finally(() => {
    over = true;
  });
  const times: number[] = [];
  while (!over) {
    const began = performance.now();
    await (await fetch(`${url}/-/healthy`)).text();
    times.push(performance.now() - began);
    await pause(5);
  }
  return [
    { label: `/-/healthy during ${label}, p50`, ours: quantile(times, 0.5), unit: 'ms' },
    { label: `/-/healthy during ${label}, p99`, ours: quantile(times, 0.99), unit: 'ms' },
  ];
}

async function cpuAfterCancel(ready: Ready, pid: number): Promise<number> {
  const cancelled = new AbortController();
  const asked = fetch(rangeUrl(ready, QUERIES[1]!), { signal: cancelled.signal }).catch(
    () => undefined,
  );
  await pause(CANCEL_AFTER_MS);
  cancelled.abort();
  await asked;
  await pause(200);
  const before = await cpuMs(pid);
  await pause(1000);
  return ((await cpuMs(pid)) - before) / 10;
}

/** CPU time a process has used, from /proc: clock ticks are 10 ms on Linux. */
async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
