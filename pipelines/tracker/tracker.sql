-- Readings of heart rates, as files of JSON: a Delta table of all of them, in which a field that nobody has foreseen
-- becomes a column.
CREATE EXTERNAL TABLE readings (
  device_id INTEGER, mrn BIGINT, time DOUBLE, heartrate DOUBLE
) TYPE json TBLPROPERTIES '{"schemaEvolutionMode": "addNewColumns"}';

CREATE STREAMING TABLE heartbeat_tracker AS SELECT * FROM readings;

CREATE MATERIALIZED VIEW recordings AS
SELECT coalesce(CAST(device_id AS VARCHAR), '-') AS device_id, COUNT(*) AS recordings FROM readings GROUP BY 1;

CREATE VIEW device_counts AS
SELECT device_id, count(*) AS total_recordings FROM heartbeat_tracker GROUP BY device_id;
