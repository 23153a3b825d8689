import { describe, expect, it } from 'vitest';
import { type Caller, foreignPage, unknownHost } from './strangers.ts';

const program: Caller = {
  host: '127.0.0.1:2355',
  origin: undefined,
  fetchSite: undefined,
  throughLoopback: true,
};
const known = { hosts: new Set(['watch.example.com']) };

describe('which host is refused', () => {
  it.each([
    '127.0.0.1:2355',
    'localhost:2355',
    'LOCALHOST',
    'localhost.:2355',
    'bellwether.localhost:2355',
    '[::1]:2355',
    '10.1.2.3:2355',
    'watch.example.com',
    'Watch.Example.Com:2355',
  ])('takes %s', (host) => {
    expect(unknownHost({ ...program, host }, known)).toBeNull();
  });

  it.each([
    'attacker.example',
    'attacker.example:2355',
    'localhost.attacker.example',
    '127.0.0.1.attacker.example:2355',
    'notlocalhost',
    '',
    'a b',
  ])('refuses %j on loopback and says what to do', (host) => {
    expect(unknownHost({ ...program, host }, known)).toMatch(/server\.allowed_hosts/);
  });

  it('takes any name where other machines reach it, as those have names that we do not know', () => {
    const caller = { ...program, host: 'bellwether.monitoring.svc:2355', throughLoopback: false };
    expect(unknownHost(caller, known)).toBeNull();
  });

  it('takes HTTP/1.0 without a host', () => {
    expect(unknownHost({ ...program, host: undefined }, known)).toBeNull();
  });
});

describe('whose change is refused', () => {
  it.each<[string, Partial<Caller>]>([
    ['a program', {}],
    ['a page of ours', { fetchSite: 'same-origin', origin: 'http://127.0.0.1:2355' }],
    ['a page of ours behind a proxy', { fetchSite: 'same-origin', origin: 'https://x.example' }],
    ['what a person typed', { fetchSite: 'none' }],
    ['a page of ours over plain HTTP', { host: '10.1.2.3', origin: 'http://10.1.2.3' }],
    ['a page of ours by a name in capitals', { host: 'Box:2355', origin: 'http://box:2355' }],
  ])('takes it from %s', (_who, caller) => {
    expect(foreignPage({ ...program, ...caller })).toBeNull();
  });

  it.each<[string, Partial<Caller>]>([
    ['a page of another site', { fetchSite: 'cross-site', origin: 'https://attacker.example' }],
    ['a page on another port', { fetchSite: 'same-site', origin: 'http://127.0.0.1:8080' }],
    ['a page over plain HTTP', { host: '10.1.2.3:2355', origin: 'http://attacker.example' }],
    ['a page in a sandbox', { origin: 'null' }],
    ['a page whose form sends no Origin', { fetchSite: 'cross-site' }],
  ])('refuses it from %s', (_who, caller) => {
    expect(foreignPage({ ...program, ...caller })).toMatch(/another site/);
  });
});
