-- Events of applications on a Kafka topic, JSON with a key and headers: how they are per service and minute, and the errors
-- with the trace that each belongs to.
CREATE EXTERNAL TABLE app_events (
  level VARCHAR NOT NULL, service VARCHAR NOT NULL, message VARCHAR, latency_ms DOUBLE
) TYPE kafka LOCATION '127.0.0.1:9092/app-events' TBLPROPERTIES '{"format": "json"}';

CREATE MATERIALIZED VIEW events_per_minute AS
SELECT service, date_trunc('minute', kafka_timestamp) AS minute, COUNT(*) AS events,
       COUNT(*) FILTER (WHERE level = 'ERROR') AS errors, COUNT(kafka_headers['trace']) AS traced, MAX(latency_ms) AS max_ms
FROM app_events GROUP BY ALL;

CREATE STREAMING TABLE errors AS
SELECT kafka_timestamp AS happened, kafka_key AS customer, service, message, kafka_headers['trace'] AS trace,
       kafka_headers AS headers, kafka_partition, kafka_offset
FROM app_events WHERE level = 'ERROR' ORDER BY happened;
