import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** For tests that run the real program: a process, its output, and an end that is certain. */
export interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Ends it with a signal and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a program; what it prints is kept. */
export function start(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Running {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return {
    child,
    output: () => output,
    async kill(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}

/** `bellwether …` from its sources. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  return startTypeScript(fileURLToPath(new URL('../cli/main.ts', import.meta.url)), args, env);
}

/** A TypeScript file run as it is, with the workspace's packages from their sources. */
export function startTypeScript(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Running {
  const node = ['--import', import.meta.resolve('tsx'), '-C', 'bellwether:source'];
  return start(process.execPath, [...node, file, ...args], env);
}

/** A port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks again and again until there is an answer; after `timeoutMs` fails with what was last thrown, or with `what`. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMs = 60_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await pause(200);
  }
  throw new Error(`waited ${timeoutMs / 1000} s for ${what}`, { cause: last });
}
