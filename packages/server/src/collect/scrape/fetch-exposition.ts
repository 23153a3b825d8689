import type { HttpClient } from '../http/http-client.ts';
import { textOf } from '../http/read-limited.ts';
import type { JobSettings } from './job-settings.ts';
import { acceptHeader, formatOf } from './scrape-protocol.ts';
import type { Target } from './target.ts';

/** What a target answered, and which parser reads it. */
export type ScrapedBody =
  | { readonly format: 'text' | 'openmetrics'; readonly text: string }
  | { readonly format: 'protobuf'; readonly bytes: Buffer };

/** Asks a target for its metrics as its job says. Throws with a sentence fit for the targets page. */
export async function fetchExposition(
  client: HttpClient,
  target: Target,
  job: JobSettings,
): Promise<ScrapedBody> {
  const { contentType, bytes } = await client.get({
    url: target.url,
    headers: {
      accept: acceptHeader(job.protocols),
      ...(job.config.enable_compression ? {} : { 'accept-encoding': 'identity' }),
      'x-prometheus-scrape-timeout-seconds': String(target.timeoutMs / 1000),
    },
    timeoutMs: target.timeoutMs,
    maxBytes: job.bodyLimitBytes,
  });
  const format = formatOf(contentType, job.config.fallback_scrape_protocol);
  return format === 'protobuf' ? { format, bytes } : { format, text: textOf(bytes) };
}
