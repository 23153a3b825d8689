import { z } from 'zod';
import { secretSchema } from './common-schema.ts';
import { namedSchema } from './named-schema.ts';

/**
 * Headers that are made by the client itself or concern the connection.
 * Source: github.com/prometheus/common, config/headers.go.
 */
const RESERVED: ReadonlySet<string> = new Set([
  'accept-encoding',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'user-agent',
  'www-authenticate',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-prometheus-remote-read-version',
  'x-prometheus-remote-write-version',
  'x-prometheus-scrape-timeout-seconds',
]);

const header = z.strictObject({
  values: z.array(z.string()).default([]),
  secrets: z.array(secretSchema).default([]),
  /** Read at each request. */
  files: z.array(z.string().min(1)).default([]),
});

/** Headers sent with each request. Source: prometheus.io, "Configuration", `<http_headers>`. */
export const httpHeadersSchema = namedSchema(
  z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not the name of a header'),
  header,
).superRefine((headers, context) => {
  const seen = new Set<string>();
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    const message = RESERVED.has(lower)
      ? 'must not be set here: it is made by the client itself'
      : seen.has(lower)
        ? 'stands here twice'
        : undefined;
    if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
    seen.add(lower);
  }
});
