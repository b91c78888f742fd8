SELECT * FROM csv.`/etc/passwd`
SELECT * FROM text.`/etc/passwd`
SELECT * FROM json.`/etc/passwd`
SELECT * FROM parquet.`/tmp/x`
SELECT * FROM binaryFile.`/etc/passwd`
SELECT * FROM delta.`/tmp/x`
SELECT * FROM jdbc.`x`
SELECT * FROM `csv`.`/etc/passwd`
SELECT * FROM CSV . `/etc/passwd`
SELECT REFLECT('java.lang.Runtime', 'getRuntime')
SELECT `reflect`('java.lang.System', 'exit', 1)
SELECT try_reflect('java.lang.System', 'exit', 1)
SELECT reflect/**/('java.lang.System', 'exit', 1)
SELECT TRANSFORM(id) USING 'cat' AS (x) FROM orders
SELECT TRANSFORM(id) USING 'cat /etc/passwd' FROM orders
FROM orders SELECT TRANSFORM(id) USING 'cat'
MAP id USING 'cat' FROM orders
REDUCE id USING 'cat' FROM orders
INSERT OVERWRITE DIRECTORY '/tmp/x' USING csv SELECT * FROM orders
INSERT OVERWRITE LOCAL DIRECTORY '/tmp/x' SELECT * FROM orders
INSERT OVERWRITE TABLE orders SELECT * FROM orders
FROM orders INSERT INTO x SELECT *
CREATE TABLE x USING csv LOCATION '/etc' AS SELECT 1
CREATE TABLE x USING csv OPTIONS (path '/etc/passwd')
CREATE TEMPORARY VIEW x USING csv OPTIONS (path '/etc/passwd')
CREATE FUNCTION f AS 'x.Y' USING JAR '/tmp/x.jar'
CREATE DATABASE x
DROP VIEW orders
DROP FUNCTION f
ADD JAR '/tmp/x.jar'
ADD FILE '/etc/passwd'
LIST JARS
SET spark.x = 1
SET
RESET
CACHE TABLE orders
CACHE TABLE x AS SELECT 1
UNCACHE TABLE orders
CLEAR CACHE
REFRESH TABLE orders
REFRESH '/tmp'
MSCK REPAIR TABLE orders
LOAD DATA LOCAL INPATH '/etc/passwd' INTO TABLE orders
ANALYZE TABLE orders COMPUTE STATISTICS
DESCRIBE EXTENDED orders
SHOW CREATE TABLE orders
SHOW DATABASES
USE DATABASE x
EXECUTE IMMEDIATE 'DROP TABLE orders'
DECLARE VARIABLE x INT
SET VAR x = 1
SELECT * FROM read_files('/etc/passwd')
SELECT * FROM read_kafka(x => 1)
SELECT * FROM remote_query('x')
SELECT * FROM http('x')
SELECT http_request('x')
SELECT ai_query('x', 'y')
SELECT secret('a', 'b')
SELECT current_user()
SELECT current_database()
SELECT version()
SELECT input_file_name()
SELECT raise_error('x')
SELECT assert_true(false)
SELECT java_method('java.lang.Thread', 'sleep', 1)
SELECT JAVA_METHOD ('java.lang.Thread', 'sleep', 1)
SELECT /*+ BROADCAST(orders) */ * FROM orders
SELECT /*+ REPARTITION(100000) */ * FROM orders
SELECT * FROM orders VERSION AS OF 1
SELECT * FROM orders TIMESTAMP AS OF '2020-01-01'
SELECT * FROM orders LATERAL VIEW reflect('a', 'b') t AS x
SELECT * FROM orders LATERAL VIEW explode(array(reflect('a', 'b'))) t AS x
SELECT transform(array(1), x -> reflect('a', 'b'))
SELECT filter(array(1), x -> java_method('a', 'b'))
SELECT * FROM VALUES (reflect('a', 'b')) AS t (x)
SELECT * FROM range(1000000000000)
SELECT array_repeat('x', 2000000000)
SELECT sequence(1, 1000000000000)
SELECT repeat('x', 2000000000)
SELECT space(2000000000)
SELECT * FROM default.secret
SELECT * FROM spark_catalog.default.secret
SELECT * FROM global_temp.secret
SELECT IDENTIFIER('reflect')('a', 'b')
SELECT * FROM IDENTIFIER('secret')
SELECT ${x}
SELECT 'a\'b'
TABLE secret
EXPLAIN EXTENDED SELECT 1
SELECT '${env:PATH}'
SELECT id FROM orders -- ${spark.app.name}
SELECT * FROM orders WHERE status = '${system:user.home}'
SELECT session_user()
SELECT spark_partition_id()
SELECT current_catalog()
SELECT * FROM sql_keywords()
SELECT * FROM python_worker_logs()
SELECT input_file_block_start()
SELECT aes_decrypt(unhex('00'), 'k')
FROM orders |> SELECT reflect('a', 'b')
BEGIN DECLARE x INT; SET x = 1; END
MERGE INTO orders USING customers ON true WHEN MATCHED THEN DELETE
DELETE FROM orders
UPDATE orders SET amount = 0
TRUNCATE TABLE orders
ALTER TABLE orders SET LOCATION '/tmp/x'
DROP TABLE orders
CALL system.x()
COMMENT ON TABLE orders IS 'x'
SELECT "reflect"('a', 'b')
SELECT * FROM "secret"
SELECT * FROM csv."/etc/passwd"
SELECT (SELECT max(value) FROM text.`/etc/passwd`)
SELECT * FROM orders WHERE EXISTS (SELECT 1 FROM secret)
WITH x AS (SELECT java_method('java.lang.System', 'gc')) SELECT * FROM x
SELECT * FROM orders LATERAL VIEW java_method('a', 'b') t AS x
SELECT * FROM orders PIVOT (max(reflect('a', 'b')) FOR status IN ('paid'))
SELECT system.builtin.reflect('java.lang.System', 'getenv', 'PATH')
SELECT builtin.reflect('a', 'b')
SELECT default.my_udf(1)
SELECT my_udf(id) FROM orders
