import type { Target } from './target.ts';

/** What an attacker has: the server's address, and a target that it scrapes. */
export interface Ground {
  readonly url: string;
  readonly target: Target;
  /** Metric with `SERIES` series that differ in the label `i`. */
  readonly metric: string;
}

/** One thing that somebody did to a server of ours from outside. */
export interface Attack {
  readonly name: string;
  /** @returns how it was answered, in a few words */
  run(ground: Ground): Promise<string>;
}

/** How many series there are to ask for. */
export const SERIES = 20_000;

/** Sends a request and counts the bytes of the answer: "422 execution: …" or "200, 1.2 MB". */
export async function ask(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(180_000), ...init }).catch(
    (error: Error) => error,
  );
  if (response instanceof Error) return `no answer: ${String(response.cause ?? response.message)}`;
  if (!response.ok) {
    const text = await response.text().catch(() => '');
    const said = /"error":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text;
    return `${response.status} ${said.trim().slice(0, 110)}`;
  }
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).byteLength;
  } catch {
    return `${response.status}, cut after ${(bytes / 1e6).toFixed(1)} MB`;
  }
  return `${response.status}, ${(bytes / 1e6).toFixed(1)} MB`;
}

/** Asks an instant query by a form. */
export function query({ url }: Ground, expr: string): Promise<string> {
  return ask(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expr }),
  });
}

/** The answers of several requests, each kind once with how often it came. */
export function summary(answers: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return [...counts]
    .map(([answer, count]) => (count > 1 ? `${count} × ${answer}` : answer))
    .slice(0, 3)
    .join('; ');
}
