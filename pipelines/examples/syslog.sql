-- A server's syslog as rsyslog writes it (RFC 3164): messages per host and program, and failed logins with their addresses.
CREATE EXTERNAL TABLE syslog (timestamp VARCHAR NOT NULL, host VARCHAR NOT NULL, tag VARCHAR, pid INTEGER, message VARCHAR)
TYPE regex TBLPROPERTIES '{"pattern": "syslog_rfc3164"}';

CREATE MATERIALIZED VIEW messages AS
SELECT host, coalesce(tag, '-') AS program, COUNT(*) AS messages, COUNT(*) FILTER (WHERE message LIKE '%fail%') AS failures
FROM syslog GROUP BY ALL;

CREATE STREAMING TABLE failed_logins AS
SELECT timestamp, host, pid, split_part(split_part(message, ' from ', 2), ' ', 1) AS address, message
FROM syslog WHERE tag = 'sshd' AND message LIKE 'Failed password%';
