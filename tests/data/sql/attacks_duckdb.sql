ATTACH '/tmp/x.duckdb'
ATTACH 'postgres:host=x' AS p
DETACH x
COPY orders TO '/tmp/x.csv'
COPY (SELECT * FROM orders) TO '/tmp/x.parquet'
COPY orders FROM '/etc/passwd'
EXPORT DATABASE '/tmp/x'
IMPORT DATABASE '/tmp/x'
INSTALL httpfs
LOAD httpfs
FORCE INSTALL x FROM community
CHECKPOINT
FORCE CHECKPOINT
PRAGMA database_list
PRAGMA memory_limit = '1GB'
CALL duckdb_tables()
SET memory_limit = '100GB'
SET GLOBAL enable_external_access = true
RESET ALL
SET VARIABLE x = 1
CREATE SECRET s (TYPE s3)
CREATE MACRO f(x) AS x
CREATE TEMP TABLE x AS SELECT 1
CREATE OR REPLACE TABLE orders AS SELECT 1
SELECT * FROM '/etc/passwd'
SELECT * FROM 'x.csv'
SELECT * FROM "x.csv"
FROM 'x.parquet'
SELECT * FROM 'https://x.org/a.csv'
SELECT * FROM 's3://x/a.parquet'
SELECT * FROM read_csv('/etc/passwd')
SELECT * FROM read_csv_auto('/etc/passwd')
SELECT * FROM read_text('/etc/passwd')
SELECT * FROM read_blob('/etc/passwd')
SELECT * FROM read_json('/etc/passwd')
SELECT * FROM read_parquet('x')
SELECT * FROM parquet_scan('x')
SELECT * FROM parquet_metadata('x')
SELECT * FROM sniff_csv('x')
SELECT * FROM glob('/*')
SELECT * FROM "read_csv"('/etc/passwd')
SELECT * FROM read_csv /* x */ ('/etc/passwd')
SELECT * FROM duckdb_secrets()
SELECT * FROM duckdb_settings()
SELECT * FROM duckdb_tables()
SELECT * FROM duckdb_functions()
SELECT * FROM pragma_database_list()
SELECT * FROM query('SELECT * FROM secret')
SELECT * FROM query_table('secret')
SELECT * FROM sqlite_scan('x', 'y')
SELECT * FROM postgres_scan('host=x', 'a', 'b')
SELECT * FROM mysql_query('x', 'y')
SELECT * FROM iceberg_scan('x')
SELECT * FROM delta_scan('x')
SELECT * FROM arrow_scan(1, 2, 3)
SELECT * FROM pandas_scan(1)
SELECT getenv('HOME')
SELECT getvariable('x')
SELECT current_setting('memory_limit')
SELECT current_query()
SELECT nextval('s')
SELECT currval('s')
SELECT 'x'.read_text()
SELECT write_log('x')
SELECT json_execute_serialized_sql('x')
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))
SELECT * FROM which_secret('x', 's3')
SELECT * FROM duckdb_logs()
SELECT * FROM test_all_types()
SELECT * FROM sqlite_master
SELECT * FROM duckdb_columns
SELECT * FROM main.secret
SELECT * FROM temp.main.orders
SELECT * FROM system.information_schema.tables
SUMMARIZE secret
SUMMARIZE orders
DESCRIBE secret
SHOW ALL TABLES
FROM secret
FROM secret SELECT *
TABLE secret
PIVOT secret ON a USING sum(b)
UNPIVOT secret ON a, b INTO NAME n VALUE v
SELECT * FROM orders POSITIONAL JOIN secret
SELECT * FROM orders ASOF JOIN secret USING (id)
SELECT * FROM orders SEMI JOIN secret USING (id)
SELECT lpad('x', 2000000000, 'y')
SELECT repeat(repeat('x', 10000), 10000)
SELECT * FROM range(1000000000000)
SELECT list_transform([1], x -> read_text(x))
SELECT COLUMNS(x -> read_text(x)) FROM orders
SELECT [read_text(x) FOR x IN ['a']]
SELECT {'a': read_text('x')}
SELECT $x
SELECT $1
UPDATE EXTENSIONS
VACUUM
COMMENT ON TABLE orders IS 'x'
