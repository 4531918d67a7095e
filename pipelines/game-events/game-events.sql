-- What players did, from the events of a game on a Kafka topic: the events that players care about, as they came, and
-- how many events there are of each kind.
CREATE EXTERNAL TABLE game_events (
  raw_event VARCHAR, "timestamp" TIMESTAMP, Accept VARCHAR, Host VARCHAR, "User-Agent" VARCHAR,
  event_type VARCHAR NOT NULL, direction VARCHAR, event_detail VARCHAR,
  kafka_partition INTEGER, kafka_offset BIGINT
) TYPE game_events;

CREATE STREAMING TABLE valid_events AS
SELECT * FROM game_events WHERE event_type IN ('sword_event', 'guild_event');

CREATE MATERIALIZED VIEW events_by_type AS
SELECT event_type, coalesce(direction, '') AS direction, COUNT(*) AS events FROM game_events GROUP BY ALL;

CREATE MATERIALIZED VIEW events_by_host AS
SELECT coalesce(Host, '') AS host, event_type, COUNT(*) AS events FROM game_events GROUP BY ALL;

-- By the time at which they were written to the topic.
CREATE MATERIALIZED VIEW events_per_minute AS
SELECT date_trunc('minute', "timestamp") AS minute, event_type, COUNT(*) AS events FROM game_events GROUP BY ALL;
