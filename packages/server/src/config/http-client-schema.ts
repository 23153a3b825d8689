import { z } from 'zod';
import { secretSchema } from './common-schema.ts';
import { httpHeadersSchema } from './http-headers-schema.ts';
import { namedSchema } from './named-schema.ts';
import { checkProxy, proxyKeys } from './proxy-schema.ts';
import { tlsSchema } from './tls-schema.ts';

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

/** How a token is asked for, which then stands in each request. Source: RFC 6749, section 4.4, "Client Credentials Grant". */
const oauth2 = z
  .strictObject({
    client_id: z.string().min(1),
    client_secret: secretSchema.optional(),
    client_secret_file: z.string().optional(),
    scopes: z.array(z.string().min(1)).default([]),
    token_url: z
      .url({ protocol: /^https?$/ })
      .refine(
        (url) => !URL.canParse(url) || new URL(url).username + new URL(url).password === '',
        'must hold no name and password: client_id and client_secret say who asks',
      ),
    /** Sent along; some servers want a password here. */
    endpoint_params: namedSchema(z.string(), secretSchema).prefault({}),
    tls_config: tlsSchema.optional(),
    ...proxyKeys,
  })
  .refine((auth) => auth.client_secret === undefined || auth.client_secret_file === undefined, {
    message: 'at most one of client_secret and client_secret_file may be set',
  })
  .superRefine(checkProxy);

export type OAuth2Config = z.output<typeof oauth2>;

/** The keys by which Prometheus lets one say how to make a request, but for those of `requestKeys`. */
export const httpClientKeys = {
  basic_auth: basicAuth.optional(),
  authorization: authorization.optional(),
  /** The old spelling of `authorization: { credentials }`. */
  bearer_token: secretSchema.optional(),
  bearer_token_file: z.string().optional(),
  tls_config: tlsSchema.optional(),
  follow_redirects: z.boolean().default(true),
  /** Known so that a file of Prometheus' can stay as it is; HTTP/1.1 is spoken either way. */
  enable_http2: z.boolean().default(true),
};

/** All of them, for what asks with our own client; spread them into the object that has them. */
export const requestKeys = {
  ...httpClientKeys,
  oauth2: oauth2.optional(),
  http_headers: httpHeadersSchema.optional(),
  /** Whether a redirect from elsewhere may lead to this machine or its link: to loopback and link-local addresses. */
  follow_redirects_to_local: z.boolean().default(false),
  ...proxyKeys,
};

const httpClientSchema = z.object(requestKeys);
export type HttpClientConfig = z.output<typeof httpClientSchema>;

const IDENTITIES = [
  'basic_auth',
  'authorization',
  'oauth2',
  'bearer_token',
  'bearer_token_file',
] as const;

/** Says that a request can carry one identity only. */
export function checkOneIdentity(
  config: Partial<Pick<HttpClientConfig, (typeof IDENTITIES)[number]>>,
  context: z.core.$RefinementCtx<unknown>,
): void {
  const given = IDENTITIES.filter((key) => config[key] !== undefined);
  if (given.length > 1)
    context.addIssue({
      code: 'custom',
      path: [given[1]!],
      message: `at most one of ${given.join(', ')} may be set`,
    });
}
