-- Access logs of web servers: requests per status, the traffic per host and per endpoint, and requests per minute.
CREATE EXTERNAL TABLE access_log (
  host VARCHAR, path VARCHAR, status INTEGER NOT NULL, bytes BIGINT, time TIMESTAMP NOT NULL
)
TYPE access_log TBLPROPERTIES '{"format": "combined", "longest": "256"}';

CREATE MATERIALIZED VIEW status_counts AS
SELECT status::BIGINT AS status, COUNT(*) AS count FROM access_log GROUP BY ALL;

CREATE MATERIALIZED VIEW traffic_by_host AS
SELECT COALESCE(host, '-') AS host, COUNT(*) AS requests, SUM(COALESCE(bytes, 0)) AS bytes,
       COUNT(*) FILTER (WHERE status >= 400) AS errors
FROM access_log GROUP BY ALL;

-- An endpoint is what was asked for, without its query.
CREATE MATERIALIZED VIEW traffic_by_endpoint AS
SELECT COALESCE(path, '-') AS endpoint, COUNT(*) AS requests, SUM(COALESCE(bytes, 0)) AS bytes,
       COUNT(*) FILTER (WHERE status >= 400) AS errors
FROM access_log GROUP BY ALL;

-- By the time in the log, whenever a request is read.
CREATE MATERIALIZED VIEW requests_per_minute AS
SELECT date_trunc('minute', time) AS minute, COUNT(*) AS requests,
       COUNT(*) FILTER (WHERE status BETWEEN 400 AND 499) AS client_errors,
       COUNT(*) FILTER (WHERE status >= 500) AS server_errors
FROM access_log GROUP BY ALL;
