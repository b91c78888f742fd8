SELECT * FROM TABLE(system.query(query => 'DROP TABLE orders'))
SELECT * FROM TABLE(mysql.system.query(query => 'SELECT 1'))
SELECT * FROM TABLE(exclude_columns(input => TABLE(orders), columns => DESCRIPTOR(id)))
SELECT * FROM system.runtime.queries
SELECT * FROM system.metadata.catalogs
SELECT * FROM information_schema.tables
SELECT * FROM hive.default.orders
SELECT * FROM "orders$partitions"
SELECT * FROM "orders$files"
CALL system.runtime.kill_query(query_id => 'x', message => 'y')
CALL hive.system.sync_partition_metadata('s', 't', 'DROP')
SET SESSION query_max_run_time = '1000d'
RESET SESSION query_max_run_time
SET ROLE admin
SET PATH x
USE hive.default
PREPARE p FROM DELETE FROM orders
EXECUTE p
EXECUTE IMMEDIATE 'DROP TABLE orders'
DEALLOCATE PREPARE p
DESCRIBE INPUT p
START TRANSACTION READ WRITE
COMMIT
ANALYZE orders
EXPLAIN ANALYZE DELETE FROM orders
CREATE TABLE x AS SELECT * FROM orders
CREATE OR REPLACE VIEW x AS SELECT 1
CREATE FUNCTION f(x bigint) RETURNS bigint RETURN x
WITH FUNCTION f(x bigint) RETURNS bigint RETURN x SELECT f(id) FROM orders
MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN DELETE
ALTER TABLE orders EXECUTE optimize
COMMENT ON TABLE orders IS 'x'
GRANT SELECT ON orders TO PUBLIC
REFRESH MATERIALIZED VIEW x
TRUNCATE TABLE orders
SHOW CREATE TABLE orders
SELECT current_groups() FROM orders
SELECT secret('x') FROM orders
SELECT * FROM TABLE(evil(1))
