-- Application logs, one JSON object a line: errors and latencies per service and minute, an alert on them, and the errors
-- themselves.
CREATE EXTERNAL TABLE app_logs (
  ts TIMESTAMP NOT NULL, level VARCHAR NOT NULL, service VARCHAR NOT NULL,
  message VARCHAR, latency_ms DOUBLE, http ROW<method VARCHAR, status INTEGER>
) TYPE json;

CREATE MATERIALIZED VIEW requests_per_minute AS
SELECT service, date_trunc('minute', ts) AS minute, COUNT(*) AS requests,
       COUNT(*) FILTER (WHERE http.status >= 500) AS failed, AVG(latency_ms) AS avg_ms, MAX(latency_ms) AS max_ms
FROM app_logs GROUP BY ALL;

CREATE ALERT failing ON requests_per_minute WHEN failed > 0.2 * requests AND requests >= 5;

CREATE STREAMING TABLE errors AS
SELECT ts, service, http.status AS status, message FROM app_logs WHERE level = 'ERROR' ORDER BY ts;
