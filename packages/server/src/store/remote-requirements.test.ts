import { describe, expect, it } from 'vitest';
import { unsuitable } from './remote-requirements.ts';

const url = 'http://c:8123';
const fine = { version: '26.7.2.1', shards: [], clusters: [] };

describe('a ClickHouse that is to serve us', () => {
  it.each(['24.3.1.1', '24.10.3.21', '26.7.2.1', '100.1.1.1'])('may be version %s', (version) => {
    expect(unsuitable({ url }, { ...fine, version })).toBeNull();
  });

  it.each(['18.16.1', '23.8.16.40', '24.2.9.9', 'nonsense'])('may not be version %s', (version) => {
    expect(unsuitable({ url }, { ...fine, version })).toMatchObject({
      code: 'BW_CLICKHOUSE_UNSUITABLE',
      message: expect.stringContaining(`is version ${version}; 24.3 is the oldest`),
    });
  });

  it('must know the cluster, and hold all data on each of its nodes', () => {
    const cluster = 'main';
    expect(unsuitable({ url, cluster }, { ...fine, shards: [1, 1, 1] })).toBeNull();
    expect(
      unsuitable({ url, cluster }, { ...fine, clusters: ['default', 'test'] })?.message,
    ).toContain('knows no cluster "main"; it knows default, test');
    expect(unsuitable({ url, cluster }, { ...fine, shards: [1, 1, 2] })?.message).toContain(
      'has 2 shards; every node must hold all data',
    );
  });
});
