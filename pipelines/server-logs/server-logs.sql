-- Server logs: the volume of service calls per server, and the log of severe errors.
CREATE EXTERNAL TABLE server_logs (
  serverID    VARCHAR NOT NULL CHECK (strlen(serverID) BETWEEN 1 AND 256),
  severity    INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2),  -- severe, minor, service call
  "timestamp" BIGINT  NOT NULL CHECK ("timestamp" >= 1)
) TYPE csv TBLPROPERTIES '{"trim": "true"}';

-- The calls are divided by the time between the first and the last record, whatever their severity.
CREATE MATERIALIZED VIEW volume AS
SELECT serverID,
       COUNT(*) FILTER (WHERE severity = 2) / (MAX("timestamp") - MIN("timestamp") + 1) AS avgVolume,
       COUNT(*) FILTER (WHERE severity = 0) AS sev0,
       COUNT(*) FILTER (WHERE severity = 1) AS sev1,
       COUNT(*) FILTER (WHERE severity = 2) AS sev2,
       MIN("timestamp") AS firstTimestamp,
       MAX("timestamp") AS lastTimestamp,
       COUNT(*) AS records
FROM server_logs GROUP BY serverID;

CREATE STREAMING TABLE sev0 AS
SELECT serverID, "timestamp" FROM server_logs WHERE severity = 0
ORDER BY "timestamp", serverID;  -- the order inside each file
