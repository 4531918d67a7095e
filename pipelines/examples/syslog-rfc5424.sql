-- Syslog with time zones and structured data (RFC 5424): messages per program and severity, and those that are errors or worse.
CREATE EXTERNAL TABLE syslog (
  pri INTEGER NOT NULL, timestamp TIMESTAMP, host VARCHAR, app VARCHAR, procid VARCHAR, structured_data VARCHAR, message VARCHAR
) TYPE regex TBLPROPERTIES '{"pattern": "syslog_rfc5424"}';

CREATE MATERIALIZED VIEW messages AS
SELECT app, pri % 8 AS severity, COUNT(*) AS messages, MAX(timestamp) AS last
FROM syslog GROUP BY ALL;

CREATE STREAMING TABLE errors AS
SELECT timestamp, host, app, procid, structured_data, message FROM syslog WHERE pri % 8 <= 3;
