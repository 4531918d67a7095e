-- Logs of Log4j and Logback, "time [thread] level logger - message": messages per logger and level, and the errors.
CREATE EXTERNAL TABLE app_log (timestamp VARCHAR NOT NULL, thread VARCHAR, level VARCHAR NOT NULL, logger VARCHAR, message VARCHAR)
TYPE regex TBLPROPERTIES '{"pattern": "log4j"}';

CREATE MATERIALIZED VIEW messages AS
SELECT logger, level, COUNT(*) AS messages, MAX(replace(timestamp, ',', '.')::TIMESTAMP) AS last
FROM app_log GROUP BY ALL;

CREATE STREAMING TABLE errors AS
SELECT replace(timestamp, ',', '.')::TIMESTAMP AS ts, thread, logger, message FROM app_log WHERE level IN ('ERROR', 'FATAL');
