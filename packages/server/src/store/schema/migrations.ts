/** The tables, as steps forward. A step that was released is never changed; a new one follows it. */
export const migrations: readonly { version: number; statements: readonly string[] }[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE IF NOT EXISTS bellwether.series (
        id UInt64,
        name LowCardinality(String),
        labels Map(LowCardinality(String), String)
      ) ENGINE = ReplacingMergeTree ORDER BY (name, id)`,
      `CREATE TABLE IF NOT EXISTS bellwether.samples (
        series UInt64,
        ts DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
        value Float64 CODEC(Gorilla, ZSTD(1)),
        kind UInt8 CODEC(ZSTD(1)),
        histogram String CODEC(ZSTD(3))
      ) ENGINE = MergeTree PARTITION BY toDate(ts) ORDER BY (series, ts)`,
    ],
  },
  {
    version: 3,
    statements: [
      // Both label sets are JSON with sorted names; exemplars are few, and sorted like this they compress to little.
      `CREATE TABLE IF NOT EXISTS bellwether.exemplars (
        name LowCardinality(String),
        series String CODEC(ZSTD(1)),
        ts DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
        value Float64 CODEC(ZSTD(1)),
        labels String CODEC(ZSTD(1))
      ) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(ts) ORDER BY (name, series, ts, labels, value)`,
    ],
  },
];
