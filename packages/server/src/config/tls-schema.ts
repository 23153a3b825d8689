import { z } from 'zod';
import { secretSchema } from './common-schema.ts';

const tlsVersion = z.enum(['TLS10', 'TLS11', 'TLS12', 'TLS13']);

/** Certificates by text or by file; files are read again when they change. */
export const tlsSchema = z
  .strictObject({
    ca: z.string().optional(),
    ca_file: z.string().optional(),
    cert: z.string().optional(),
    cert_file: z.string().optional(),
    key: secretSchema.optional(),
    key_file: z.string().optional(),
    server_name: z.string().optional(),
    insecure_skip_verify: z.boolean().default(false),
    min_version: tlsVersion.optional(),
    max_version: tlsVersion.optional(),
  })
  .superRefine((tls, context) => {
    for (const name of ['ca', 'cert', 'key'] as const)
      if (tls[name] !== undefined && tls[`${name}_file`] !== undefined)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `at most one of ${name} and ${name}_file may be set`,
        });
    const hasCert = tls.cert !== undefined || tls.cert_file !== undefined;
    const hasKey = tls.key !== undefined || tls.key_file !== undefined;
    if (hasCert !== hasKey)
      context.addIssue({ code: 'custom', message: 'a client certificate needs both cert and key' });
  });
