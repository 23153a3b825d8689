import { setTimeout as pause } from 'node:timers/promises';
import { type Attack, ask, type Ground } from './attack.ts';

/** Attacks by what a target answers. */
export const BY_SCRAPE: readonly Attack[] = [
  {
    name: 'a scrape of a million series',
    run: (ground) => scraped(ground, millionSeries, 15_000),
  },
  {
    name: 'a scrape with a label value of 20 MB',
    run: (ground) => scraped(ground, () => [`m{a="${'x'.repeat(20_000_000)}"} 1\n`], 5000),
  },
  {
    name: 'a malformed line of 100,000 characters',
    run: (ground) => scraped(ground, () => [`m{a="${'http://a:b@'.repeat(9000)}" 1\n`], 3000),
  },
];

function* millionSeries(): Generator<string> {
  for (let from = 0; from < 1_000_000; from += 1000) {
    let part = '';
    for (let i = from; i < from + 1000; i++) part += `million{i="${i}"} ${i}\n`;
    yield part;
  }
}

/** Lets it be scraped for a while, then says what the server makes of the target. */
async function scraped(
  { target, url }: Ground,
  page: () => Iterable<string>,
  ms: number,
): Promise<string> {
  const before = target.page;
  target.answered = 0;
  target.page = page;
  await pause(ms);
  const asked = await ask(`${url}/api/v1/targets`);
  const targets = (await (await fetch(`${url}/api/v1/targets`)).json()) as {
    data: { activeTargets: { health: string; lastError: string; scrapePool: string }[] };
  };
  const { health, lastError } = targets.data.activeTargets.find(
    ({ scrapePool }) => scrapePool === 'stranger',
  )!;
  target.page = before;
  return `answered ${target.answered} times; ${health}, ${lastError.slice(0, 100)}; /targets ${asked}`;
}
