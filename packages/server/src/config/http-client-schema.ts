import { z } from 'zod';
import { secretSchema } from './common-schema.ts';

const basicAuth = z
  .strictObject({
    username: z.string().default(''),
    username_file: z.string().optional(),
    password: secretSchema.optional(),
    password_file: z.string().optional(),
  })
  .refine((auth) => auth.password === undefined || auth.password_file === undefined, {
    message: 'at most one of password and password_file may be set',
  })
  .refine((auth) => auth.username === '' || auth.username_file === undefined, {
    message: 'at most one of username and username_file may be set',
  });

const authorization = z
  .strictObject({
    type: z
      .string()
      .trim()
      .refine((type) => type.toLowerCase() !== 'basic', 'must not be "basic"; use basic_auth')
      .default('Bearer'),
    credentials: secretSchema.optional(),
    credentials_file: z.string().optional(),
  })
  .refine((auth) => auth.credentials === undefined || auth.credentials_file === undefined, {
    message: 'at most one of credentials and credentials_file may be set',
  });

const tlsVersion = z.enum(['TLS10', 'TLS11', 'TLS12', 'TLS13']);

/** Certificates by text or by file; files are read again when they change. */
const tlsConfig = z
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

/** The keys by which Prometheus lets one say how to make a request; spread them into the object that has them. */
export const httpClientKeys = {
  basic_auth: basicAuth.optional(),
  authorization: authorization.optional(),
  /** The old spelling of `authorization: { credentials }`. */
  bearer_token: secretSchema.optional(),
  bearer_token_file: z.string().optional(),
  tls_config: tlsConfig.optional(),
  follow_redirects: z.boolean().default(true),
};

const httpClientSchema = z.object(httpClientKeys);
export type HttpClientConfig = z.output<typeof httpClientSchema>;

/** Says that a request can carry one identity only. */
export function checkOneIdentity(
  config: HttpClientConfig,
  context: z.core.$RefinementCtx<unknown>,
): void {
  const given = (
    ['basic_auth', 'authorization', 'bearer_token', 'bearer_token_file'] as const
  ).filter((key) => config[key] !== undefined);
  if (given.length > 1)
    context.addIssue({
      code: 'custom',
      path: [given[1]!],
      message: `at most one of ${given.join(', ')} may be set`,
    });
}
