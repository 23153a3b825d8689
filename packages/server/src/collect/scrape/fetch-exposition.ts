import type { HttpClient } from '../../outbound/http-client.ts';
import { decoded } from '../../outbound/read-limited.ts';
import type { JobSettings } from './job-settings.ts';
import { acceptHeader, formatOf } from './scrape-protocol.ts';
import type { Target } from './target.ts';

/** What a target answered, and which parser reads it. */
export type ScrapedBody = (
  | { readonly format: 'text' | 'openmetrics'; readonly text: Iterable<string> }
  | { readonly format: 'protobuf'; readonly chunks: readonly Uint8Array[] }
) & {
  /** Whether another host wrote it, to which the target redirects. */
  readonly fromElsewhere?: boolean;
};

/**
 * What is wrong with an answer, fit for the targets page. What another host than the target wrote is not repeated there: the
 * target may have led us to one that strangers cannot ask.
 */
export function complaint(error: unknown, fromElsewhere: boolean): Error {
  if (fromElsewhere)
    return new Error('what the target redirects to answers with no exposition format', {
      cause: error,
    });
  return error instanceof Error ? error : new Error(String(error));
}

/** Asks a target for its metrics as its job says. Throws with a sentence fit for the targets page. */
export async function fetchExposition(
  client: HttpClient,
  target: Target,
  job: JobSettings,
): Promise<ScrapedBody> {
  const { contentType, chunks, fromElsewhere } = await client.get({
    url: target.url,
    headers: {
      accept: acceptHeader(job.protocols),
      ...(job.config.enable_compression ? {} : { 'accept-encoding': 'identity' }),
      'x-prometheus-scrape-timeout-seconds': String(target.timeoutMs / 1000),
    },
    timeoutMs: target.timeoutMs,
    maxBytes: job.bodyLimitBytes,
  });
  try {
    const format = formatOf(contentType, job.config.fallback_scrape_protocol);
    if (format === 'protobuf') return { format, chunks, fromElsewhere };
    return { format, text: decoded(chunks), fromElsewhere };
  } catch (error) {
    throw complaint(error, fromElsewhere);
  }
}
