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
    version: 2,
    statements: [
      // An event is known by its sorting key: what comes again replaces what was there. Whole days leave by the TTL.
      `CREATE TABLE IF NOT EXISTS bellwether.prediction_events (
        model LowCardinality(String),
        time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        id String CODEC(ZSTD(1)),
        version LowCardinality(String),
        class LowCardinality(String),
        value Nullable(Float64),
        confidence Nullable(Float64),
        segment LowCardinality(String),
        latency_ms Nullable(Float64),
        input_tokens Nullable(UInt32),
        output_tokens Nullable(UInt32),
        cost Nullable(Float64),
        features Map(LowCardinality(String), Float64),
        feature_texts Map(LowCardinality(String), String),
        labels Map(LowCardinality(String), String),
        input String CODEC(ZSTD(3)),
        output String CODEC(ZSTD(3)),
        received DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 1
      ) ENGINE = ReplacingMergeTree(received) PARTITION BY toDate(time) ORDER BY (model, time, id)
      SETTINGS ttl_only_drop_parts = 1`,
      `CREATE TABLE IF NOT EXISTS bellwether.feedback_events (
        model LowCardinality(String),
        time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        id String CODEC(ZSTD(1)),
        prediction_id String CODEC(ZSTD(1)),
        class LowCardinality(String),
        value Nullable(Float64),
        rating Nullable(Float64),
        comment String CODEC(ZSTD(3)),
        source LowCardinality(String),
        received DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 1,
        INDEX by_prediction prediction_id TYPE bloom_filter(0.01) GRANULARITY 1
      ) ENGINE = ReplacingMergeTree(received) PARTITION BY toDate(time) ORDER BY (model, time, id)
      SETTINGS ttl_only_drop_parts = 1`,
      // Who reads asks these: each event once, and a class that was sent as a number as its text.
      `CREATE VIEW IF NOT EXISTS bellwether.predictions AS
        SELECT * EXCEPT (class), if(isNull(value), class, toString(value)) AS prediction
        FROM bellwether.prediction_events FINAL`,
      `CREATE VIEW IF NOT EXISTS bellwether.feedback AS
        SELECT * EXCEPT (class), if(isNull(value), class, toString(value)) AS label
        FROM bellwether.feedback_events FINAL`,
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
  {
    version: 4,
    statements: [
      // Five minutes of a series, named by their end; of an hour rolled up again the rows made last count.
      `CREATE TABLE IF NOT EXISTS bellwether.rollups (
        series UInt64,
        bucket DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
        count UInt32 CODEC(ZSTD(1)),
        sum Float64 CODEC(Gorilla, ZSTD(1)),
        min Float64 CODEC(Gorilla, ZSTD(1)),
        max Float64 CODEC(Gorilla, ZSTD(1)),
        first_ts DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
        first Float64 CODEC(Gorilla, ZSTD(1)),
        last_ts DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
        last Float64 CODEC(Gorilla, ZSTD(1)),
        lost Float64 CODEC(ZSTD(1)),
        ended UInt8 CODEC(ZSTD(1)),
        histograms UInt32 CODEC(ZSTD(1))
      ) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(bucket) ORDER BY (series, bucket)
      SETTINGS index_granularity = 1024`,
      // Which hours, named by their end, are in the table above wholly; the row written last counts.
      `CREATE TABLE IF NOT EXISTS bellwether.rollup_hours (
        hour DateTime('UTC'),
        done UInt8
      ) ENGINE = ReplacingMergeTree ORDER BY hour`,
    ],
  },
  {
    version: 5,
    statements: [
      // Labels are written again while their series goes on, and leave when the last of its samples have left.
      'ALTER TABLE bellwether.series ADD COLUMN IF NOT EXISTS seen DateTime DEFAULT now()',
      // Whole days leave by the TTL. Sparse columns would save little and be gathered out of order.
      'ALTER TABLE bellwether.samples MODIFY SETTING ttl_only_drop_parts = 1, ratio_of_defaults_for_sparse_serialization = 1',
    ],
  },
  {
    version: 6,
    statements: [
      // The labels once more: a broken part of the other table would hide the samples of every series in it.
      `CREATE TABLE IF NOT EXISTS bellwether.series_copy (
        id UInt64,
        name LowCardinality(String),
        labels Map(LowCardinality(String), String),
        seen DateTime
      ) ENGINE = ReplacingMergeTree ORDER BY id`,
    ],
  },
  {
    version: 7,
    statements: [
      // Four hours lie together, so that a start which reads the last half hour does not look through a whole day.
      `CREATE TABLE IF NOT EXISTS bellwether.samples_by_hours (
        series UInt64,
        ts DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
        value Float64 CODEC(Gorilla, ZSTD(1)),
        kind UInt8 CODEC(ZSTD(1)),
        histogram String CODEC(ZSTD(3))
      ) ENGINE = MergeTree PARTITION BY (toDate(ts), intDiv(toHour(ts), 4)) ORDER BY (series, ts)
      SETTINGS ttl_only_drop_parts = 1, ratio_of_defaults_for_sparse_serialization = 1`,
      // Who reads asks this. What was written before stays where it is until its time is over.
      `CREATE VIEW IF NOT EXISTS bellwether.all_samples AS
        SELECT series, ts, value, kind, histogram FROM bellwether.samples_by_hours
        UNION ALL
        SELECT series, ts, value, kind, histogram FROM bellwether.samples`,
    ],
  },
];
