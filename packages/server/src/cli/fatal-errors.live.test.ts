import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BellwetherProcess } from '../testing/bellwether-process.ts';

let server: BellwetherProcess;

beforeAll(async () => {
  server = await BellwetherProcess.create('');
});
afterAll(() => server.remove());

/** Starts the real program in which SIGUSR2 does something that it would never do by itself. */
async function startWith(onSignal: string, more = ''): Promise<void> {
  const script = encodeURIComponent(`process.on('SIGUSR2', () => { ${onSignal} })`);
  server.launch({ NODE_OPTIONS: `--import "data:text/javascript,${script}" ${more}` });
  await server.untilReady();
}

describe('a process that cannot go on', () => {
  it.each(['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE'] as const)(
    'ends by %s, and can be started again at once',
    async (signal) => {
      await server.start();
      await server.kill(signal);
      expect(server.endedBy).toBe(signal);
    },
  );

  it('ends when its memory is full, having said so, and has what it acknowledged when it is started again', async () => {
    await startWith(
      `const kept = []; setInterval(() => { for (let i = 0; i < 100_000; i++) kept.push({ i }) }, 1)`,
      '--max-old-space-size=120',
    );
    const at = Date.now();
    expect((await server.write('kept', [[at, 7]])).status).toBe(204);
    server.signal('SIGUSR2');
    await server.ended();
    expect(server.endedBy).toBe('SIGABRT');
    expect(server.output).toMatch(
      /memory is nearly full: \d+ of the \d+ MB that V8 may use; .*storage\.max_series.*--max-old-space-size/,
    );
    expect(server.output).toContain('JavaScript heap out of memory');
    await server.start();
    expect(await server.samples('kept')).toEqual([[at, 7]]);
    await server.kill();
  });

  it.each([
    ['an error that nobody caught', `throw new Error('lost in space')`],
    ['a rejection that nobody caught', `Promise.reject(new Error('lost in space'))`],
  ])('ends in order for %s, and says what it was', async (_, onSignal) => {
    await startWith(onSignal);
    server.signal('SIGUSR2');
    expect(await server.ended()).toBe(2);
    expect(server.output).toContain('bellwether: an unforeseen error: lost in space\n');
  });
});
