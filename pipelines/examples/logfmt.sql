-- Lines of keys and values: requests and latency per path and minute, and what failed.
CREATE EXTERNAL TABLE requests (
  ts TIMESTAMP NOT NULL, level VARCHAR NOT NULL, path VARCHAR, status INTEGER, took_ms DOUBLE, msg VARCHAR, cached BOOLEAN
) TYPE logfmt;

CREATE MATERIALIZED VIEW latency AS
SELECT path, date_trunc('minute', ts) AS minute, COUNT(*) AS requests, COUNT(*) FILTER (WHERE cached) AS cached,
       AVG(took_ms) AS avg_ms, MAX(took_ms) AS max_ms
FROM requests WHERE path IS NOT NULL GROUP BY ALL;

CREATE STREAMING TABLE failures AS
SELECT ts, path, status, msg, _rescued AS others FROM requests WHERE level = 'error' ORDER BY ts;
