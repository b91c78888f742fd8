COPY orders TO '/tmp/x'
COPY (SELECT * FROM orders) TO PROGRAM 'cat > /tmp/x'
COPY orders FROM '/etc/passwd'
COPY orders FROM PROGRAM 'id'
SELECT set_config('statement_timeout', '0', false)
SELECT current_setting('data_directory')
SELECT pg_read_binary_file('/etc/passwd')
SELECT pg_ls_dir('/')
SELECT * FROM pg_ls_dir('/')
SELECT pg_stat_file('/etc/passwd')
SELECT lo_import('/etc/passwd')
SELECT lo_export(1, '/tmp/x')
SELECT lo_create(1)
SELECT pg_advisory_lock(1)
SELECT pg_reload_conf()
SELECT pg_terminate_backend(1)
SELECT pg_cancel_backend(1)
SELECT pg_notify('a', 'b')
SELECT pg_switch_wal()
SELECT pg_promote()
SELECT pg_catalog.pg_sleep(1)
SELECT pg_catalog . pg_sleep (1)
SELECT "pg_sleep"(1)
SELECT PG_SLEEP(1)
SELECT pg_sleep/**/(1)
SELECT pg_sleep_for('5 minutes')
SELECT U&"pg\005fsleep"(1)
SELECT U&'a\0041'
SELECT $$a$$
SELECT $x$ a $x$
SELECT $1
SELECT query_to_xml('SELECT * FROM secret', true, true, '')
SELECT table_to_xml('secret', true, true, '')
SELECT database_to_xml(true, true, '')
SELECT schema_to_xml('public', true, true, '')
SELECT cursor_to_xml('c', 1, true, true, '')
SELECT * FROM ts_stat('SELECT * FROM secret')
SELECT ts_rewrite('a'::tsquery, 'SELECT * FROM secret')
SELECT setval('s', 1)
SELECT currval('s')
SELECT lastval()
SELECT * FROM orders FOR UPDATE
SELECT * FROM orders FOR SHARE
SELECT * FROM orders FOR NO KEY UPDATE SKIP LOCKED
SELECT * FROM pg_shadow
SELECT * FROM pg_catalog.pg_authid
SELECT * FROM pg_settings
SELECT * FROM pg_stat_activity
TABLE secret
SELECT * FROM ROWS FROM (pg_sleep(1)) AS x
SELECT * FROM LATERAL pg_sleep(1)
SELECT * FROM orders, LATERAL (SELECT pg_sleep(1)) x
SELECT (pg_sleep(1)).*
SELECT 1 OPERATOR(evil.+) 2
DO $$ BEGIN PERFORM 1; END $$
LISTEN x
NOTIFY x
UNLISTEN x
LOCK TABLE orders
VACUUM orders
REINDEX TABLE orders
CLUSTER orders
CHECKPOINT
LOAD 'x'
DISCARD ALL
RESET ALL
SET LOCAL statement_timeout = 0
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
SET ROLE postgres
SET SESSION AUTHORIZATION postgres
DECLARE c CURSOR FOR SELECT 1
FETCH ALL FROM c
MOVE c
CLOSE c
REFRESH MATERIALIZED VIEW v
IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y
COMMENT ON TABLE orders IS 'x'
SECURITY LABEL ON TABLE orders IS 'x'
SELECT * FROM "Orders"
SELECT * FROM "public.orders"
SELECT * FROM public."ORDERS"
WITH "Secret" AS (SELECT 1) SELECT * FROM secret
WITH secret AS (SELECT 1) SELECT * FROM "Secret"
SELECT generate_series(1, 1000000000000)
SELECT lpad('x', 2000000000)
SELECT * FROM crosstab('SELECT 1')
SELECT xpath_table('a', 'b', 'c', 'd', 'e')
SELECT pg_logical_emit_message(true, 'a', 'b')
SELECT pg_create_physical_replication_slot('a')
SELECT txid_current()
SELECT pg_export_snapshot()
SELECT inet_server_addr()
SELECT pg_file_write('/tmp/x', 'a', false)
SELECT brin_summarize_new_values('orders')
SELECT has_table_privilege('secret', 'select')
