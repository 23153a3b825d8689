import { z } from 'zod';
import { durationSchema, secretSchema } from './common-schema.ts';

/** `storage.clickhouse`: a ClickHouse server or cluster, reached by its HTTP interface. */

const tlsConfig = z
  .strictObject({
    ca_file: z.string().min(1),
    cert_file: z.string().min(1).optional(),
    key_file: z.string().min(1).optional(),
  })
  .refine((tls) => (tls.cert_file === undefined) === (tls.key_file === undefined), {
    message: 'a client certificate needs both cert_file and key_file',
  });

/** Credentials, database and settings have no place in the address: what stands there is logged and shown. */
const address = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    context.addIssue({
      code: 'custom',
      message: 'must be the address of its HTTP interface, like http://clickhouse:8123',
    });
  else if (url.username !== '' || url.password !== '')
    context.addIssue({
      code: 'custom',
      message: 'must not hold a user or a password; use username and password',
    });
  else if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    context.addIssue({
      code: 'custom',
      message:
        'must end behind the port; the database is always "bellwether" and settings belong into the user\'s profile',
    });
});

export const clickHouseSchema = z
  .strictObject({
    url: address,
    username: z.string().min(1).default('default'),
    password: secretSchema.optional(),
    password_file: z.string().min(1).optional(),
    /** Set: tables are made on every node of this cluster, replicated. */
    cluster: z
      .string()
      .regex(/^[\w.-]+$/, 'must be the name of a cluster as system.clusters shows it')
      .optional(),
    request_timeout: durationSchema.prefault('30s'),
    compression: z.boolean().default(true),
    tls_config: tlsConfig.optional(),
  })
  .refine(({ password, password_file: file }) => password === undefined || file === undefined, {
    message: 'at most one of password and password_file may be set',
    path: ['password_file'],
  })
  .refine(({ url, tls_config: tls }) => tls === undefined || !url.startsWith('http:'), {
    message: 'needs an address that begins with https',
    path: ['tls_config'],
  });

export type ClickHouseConfig = z.output<typeof clickHouseSchema>;
