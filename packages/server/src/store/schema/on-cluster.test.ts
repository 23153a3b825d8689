import { describe, expect, it } from 'vitest';
import { migrations } from './migrations.ts';
import { onCluster } from './on-cluster.ts';

const statements = migrations.flatMap((step) => step.statements);

describe('the migrations on a cluster', () => {
  it('make each table on every node, replicated, and otherwise the same', () => {
    expect(
      onCluster(
        'CREATE TABLE IF NOT EXISTS bellwether.a (b UInt8) ENGINE = ReplacingMergeTree(b) PARTITION BY b ORDER BY b',
        'c-1',
      ),
    ).toBe(
      "CREATE TABLE IF NOT EXISTS bellwether.a ON CLUSTER 'c-1' (b UInt8) ENGINE = ReplicatedReplacingMergeTree(b) PARTITION BY b ORDER BY b",
    );
  });

  it('know every statement there is', () => {
    expect(statements.length).toBeGreaterThan(1);
    for (const statement of statements) {
      const clustered = onCluster(statement, 'all');
      expect(clustered.match(/ON CLUSTER 'all'/g)).toHaveLength(1);
      expect(clustered).not.toMatch(/ENGINE\s*=\s*(?!Replicated)\w*MergeTree/);
      expect(
        clustered.replace(" ON CLUSTER 'all'", '').replace(/(ENGINE\s*=\s*)Replicated/, '$1'),
      ).toBe(statement);
    }
  });

  it.each([
    [
      'ALTER TABLE bellwether.a MODIFY TTL b',
      "ALTER TABLE bellwether.a ON CLUSTER 'all' MODIFY TTL b",
    ],
    [
      'CREATE DATABASE IF NOT EXISTS bellwether',
      "CREATE DATABASE IF NOT EXISTS bellwether ON CLUSTER 'all'",
    ],
    [
      'CREATE VIEW IF NOT EXISTS bellwether.v AS SELECT 1',
      "CREATE VIEW IF NOT EXISTS bellwether.v ON CLUSTER 'all' AS SELECT 1",
    ],
    ['DROP TABLE bellwether.a', "DROP TABLE bellwether.a ON CLUSTER 'all'"],
    [
      'INSERT INTO bellwether.a SELECT * FROM bellwether.b',
      'INSERT INTO bellwether.a SELECT * FROM bellwether.b',
    ],
  ])('turn %j into %j', (statement, clustered) => {
    expect(onCluster(statement, 'all')).toBe(clustered);
  });

  it('say which statement nobody has thought of, instead of running it on one node only', () => {
    expect(() => onCluster('RENAME TABLE bellwether.a TO bellwether.b', 'all')).toThrow(
      'it is not known how to say on a cluster: RENAME TABLE',
    );
  });
});
