import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { KubeConfig, type User } from '@kubernetes/client-node';
import type { KubernetesSdConfig } from '../../../config/discovery-schema.ts';
import { resolveFrom } from '../../../config/paths.ts';
import { readLimited, textOf } from '../../../outbound/read-limited.ts';

const OWN_NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
const LIST_TIMEOUT_MS = 60_000;
const CREDENTIALS_FILE = 'credentials-file';

/**
 * How to reach the API server: the one that is named, the one of a kubeconfig, or that of the cluster we run in.
 * @throws Error when none of them is to be had.
 */
export function kubeConfigFor(sd: KubernetesSdConfig, directory: string): KubeConfig {
  const config = load(sd, directory);
  // The client refuses plain HTTP, as `kubectl proxy` serves it, unless told that there is no certificate to look at.
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return config;
}

function load(sd: KubernetesSdConfig, directory: string): KubeConfig {
  const config = new KubeConfig();
  if (sd.kubeconfig_file !== undefined) {
    config.loadFromFile(resolveFrom(directory, sd.kubeconfig_file));
    return config;
  }
  if (sd.api_server === undefined) {
    if (process.env['KUBERNETES_SERVICE_HOST'] === undefined)
      throw new Error(
        'this process runs in no cluster (KUBERNETES_SERVICE_HOST is not set); set api_server or kubeconfig_file',
      );
    config.loadFromCluster();
    return config;
  }
  // Read at each request, so that a rotated token works at once; the client's own way takes the line's end for a part of it.
  config.addAuthenticator({
    isAuthProvider: (user) => user.authProvider?.name === CREDENTIALS_FILE,
    async applyAuthentication(user, options) {
      const token = (await readFile(String(user.authProvider.config.path), 'utf8')).trim();
      options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
    },
  });
  const tls = sd.tls_config;
  const file = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolveFrom(directory, path);
  config.loadFromClusterAndUser(
    {
      name: 'configured',
      server: sd.api_server.replace(/\/$/, ''),
      skipTLSVerify: tls?.insecure_skip_verify ?? false,
      ...defined({
        caFile: file(tls?.ca_file),
        caData: base64(tls?.ca),
        tlsServerName: tls?.server_name,
      }),
    },
    {
      name: 'configured',
      ...defined({
        certFile: file(tls?.cert_file),
        certData: base64(tls?.cert),
        keyFile: file(tls?.key_file),
        keyData: base64(tls?.key?.reveal()),
      }),
      ...identityOf(sd, file),
    },
  );
  return config;
}

function identityOf(
  sd: KubernetesSdConfig,
  file: (path: string | undefined) => string | undefined,
): Partial<User> {
  const token = sd.authorization?.credentials ?? sd.bearer_token;
  const tokenFile = file(sd.authorization?.credentials_file ?? sd.bearer_token_file);
  if (token !== undefined) return { token: token.reveal() };
  if (tokenFile !== undefined)
    return { authProvider: { name: CREDENTIALS_FILE, config: { path: tokenFile } } };
  if (sd.basic_auth === undefined) return {};
  return {
    username: sd.basic_auth.username,
    ...defined({ password: sd.basic_auth.password?.reveal() }),
  };
}

/** The namespaces to watch; empty means all of them. */
export async function namespacesOf(sd: KubernetesSdConfig): Promise<string[]> {
  const { own_namespace: own, names } = sd.namespaces;
  if (!own) return names;
  return [...new Set([...names, (await readFile(OWN_NAMESPACE_FILE, 'utf8')).trim()])];
}

/**
 * Asks the API server for JSON. The generated API would turn objects into classes, which watches do not; so lists are
 * taken as they come, too.
 * @throws Error with the server's own message; `statusCode` is set.
 */
export async function getJson(config: KubeConfig, path: string): Promise<unknown> {
  const url = new URL(`${config.getCurrentCluster()?.server ?? ''}${path}`);
  const options: RequestOptions = { method: 'GET', timeout: LIST_TIMEOUT_MS };
  await config.applyToHTTPSOptions(options);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, options, resolve);
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${url.origin}`)));
    sent.on('error', reject);
    sent.end();
  });
  const body = textOf(await readLimited(response, 0));
  const status = response.statusCode ?? 0;
  if (status !== 200)
    throw Object.assign(new Error(`${url.pathname} answers ${status}: ${messageIn(body)}`), {
      statusCode: status,
    });
  return JSON.parse(body);
}

/** Kubernetes explains a refusal in an object of kind Status. */
function messageIn(body: string): string {
  try {
    const status: unknown = JSON.parse(body);
    if (typeof status === 'object' && status !== null && 'message' in status)
      return String(status.message);
  } catch {
    // not JSON: shown as it is
  }
  return body.slice(0, 200);
}

function base64(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString('base64');
}

/** The entries that have a value, as optional properties want it. */
function defined<T extends Record<string, string | undefined>>(
  entries: T,
): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
