import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { receiveBodies } from '../bodies/bodies.ts';
import { corsFor } from './cors.ts';
import { routerOf } from './router.ts';

/** The header by which a browser lets a page of an origin read the answer. */
async function allowed(origins: string, origin?: string): Promise<unknown> {
  const app = Fastify();
  receiveBodies(app);
  routerOf(app, corsFor(origins)).get('/answer', async () => ({}));
  const headers = origin === undefined ? {} : { origin };
  return (await app.inject({ url: '/answer', headers })).headers['access-control-allow-origin'];
}

describe('who may read answers', () => {
  it('is anybody where every origin fits', async () => {
    expect(await allowed('.*', 'https://grafana.example')).toBe('*');
  });

  it('is the origin that fits as a whole, by name', async () => {
    const ours = 'https://(grafana|notebook)\\.example';
    expect(await allowed(ours, 'https://grafana.example')).toBe('https://grafana.example');
    for (const stranger of ['https://grafana.example.attacker.example', 'http://grafana.example'])
      expect(await allowed(ours, stranger)).toBeUndefined();
  });

  it('is not told to programs, which do not ask', async () => {
    expect(await allowed('.*')).toBeUndefined();
  });
});
