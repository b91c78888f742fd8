SELECT reflect('java.lang.System', 'getenv', 'PATH')
SELECT java_method('java.lang.Runtime', 'getRuntime')
SELECT * FROM read_files('/Volumes/x')
SELECT * FROM read_kafka(bootstrapServers => 'x')
SELECT * FROM read_pulsar(serviceUrl => 'x')
SELECT * FROM delta.`/mnt/x`
SELECT * FROM parquet.`s3://x`
SELECT * FROM csv.`/etc/passwd`
SELECT * FROM remote_query('c', query => 'DROP TABLE x')
SELECT secret('scope', 'key')
SELECT try_secret('scope', 'key')
SELECT ai_query('model', 'tell')
SELECT ai_gen('tell me') FROM orders
SELECT http_request(conn => 'c', method => 'GET', path => '/')
SELECT * FROM list_secrets()
SELECT * FROM system.access.audit
SELECT * FROM information_schema.tables
SELECT * FROM samples.tpch.orders
SELECT * FROM orders VERSION AS OF 1
SELECT * FROM orders TIMESTAMP AS OF '2024-01-01'
SELECT * FROM orders@v1
SELECT * FROM table_changes('orders', 1)
SELECT * FROM IDENTIFIER('secret.t')
SELECT * FROM IDENTIFIER(:x)
SELECT TRANSFORM (id) USING 'cat /etc/passwd' FROM orders
INSERT OVERWRITE DIRECTORY '/tmp/x' USING csv SELECT * FROM orders
COPY INTO orders FROM '/x' FILEFORMAT = CSV
OPTIMIZE orders
VACUUM orders
RESTORE TABLE orders TO VERSION AS OF 1
CREATE TABLE x DEEP CLONE orders
CREATE FUNCTION f() RETURNS STRING LANGUAGE PYTHON AS $$ return 1 $$
EXECUTE IMMEDIATE 'DROP TABLE orders'
DECLARE VARIABLE x INT
SET VAR x = 1
SET spark.x = 1
USE CATALOG main
PUT '/x' INTO '/Volumes/y'
GET '/Volumes/y' TO '/x'
REFRESH TABLE orders
GRANT SELECT ON TABLE orders TO x
MERGE INTO orders USING customers ON true WHEN MATCHED THEN DELETE
