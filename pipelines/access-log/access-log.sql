-- Access logs of web servers: requests per status, and the traffic per host and per endpoint.
CREATE EXTERNAL TABLE access_log (host VARCHAR, path VARCHAR, status INTEGER NOT NULL, bytes BIGINT)
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
