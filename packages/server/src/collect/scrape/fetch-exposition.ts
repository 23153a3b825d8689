import { messageOf } from '../../errors.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Fetches a target's text; Node decompresses gzip. Throws with a sentence fit for the targets page. */
export async function fetchExposition(url: string, timeoutMs: number): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: {
        accept: 'text/plain;version=0.0.4;q=1,*/*;q=0.1',
        'accept-encoding': 'gzip',
        'user-agent': 'Bellwether',
        'x-prometheus-scrape-timeout-seconds': String(timeoutMs / 1000),
      },
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'follow',
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`server returned HTTP status ${response.status} ${response.statusText}`);
    }
    return await readText(response);
  } catch (error) {
    throw new Error(explain(error, timeoutMs), { cause: error });
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).byteLength;
    if (size > MAX_BODY_BYTES) throw new Error(`the answer is larger than ${MAX_BODY_BYTES} bytes`);
    text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text + decoder.decode();
}

function explain(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `the target did not answer within ${timeoutMs / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError && cause.errors.length > 0) return messageOf(cause.errors[0]);
  return cause instanceof Error ? messageOf(cause) : messageOf(error);
}
