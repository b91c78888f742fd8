DROP TABLE orders
DELETE FROM orders
UPDATE orders SET amount = 0
INSERT INTO orders VALUES (1)
INSERT INTO orders SELECT * FROM orders
TRUNCATE TABLE orders
ALTER TABLE orders ADD COLUMN x INT
CREATE TABLE x (a INT)
CREATE TABLE x AS SELECT * FROM orders
CREATE VIEW v AS SELECT * FROM orders
CREATE INDEX i ON orders (id)
CREATE SCHEMA s
CREATE USER u
GRANT SELECT ON orders TO PUBLIC
REVOKE SELECT ON orders FROM PUBLIC
COMMIT
ROLLBACK
BEGIN
START TRANSACTION READ WRITE
SAVEPOINT s
ROLLBACK TO s
SET x = 1
SET TRANSACTION READ WRITE
CALL p()
EXPLAIN SELECT 1
EXPLAIN ANALYZE DELETE FROM orders
DESCRIBE orders
SHOW TABLES
USE other
PREPARE p FROM 'SELECT 1'
EXECUTE p
DEALLOCATE PREPARE p
ANALYZE orders
MERGE INTO orders USING customers ON orders.id = customers.id WHEN MATCHED THEN DELETE
SELECT 1; DROP TABLE orders
SELECT 1; SELECT 2
COMMIT; DROP TABLE orders
SELECT * FROM orders; COMMIT; DELETE FROM orders
;;DROP TABLE orders
SELECT * FROM secret
SELECT * FROM hidden_schema.orders
SELECT * FROM elsewhere.shop.orders
SELECT * FROM information_schema.tables
SELECT (SELECT max(password) FROM secret) FROM orders
SELECT * FROM orders WHERE id IN (SELECT id FROM secret)
SELECT * FROM orders WHERE EXISTS (SELECT 1 FROM secret)
SELECT * FROM orders UNION ALL SELECT * FROM secret
SELECT * FROM orders ORDER BY (SELECT max(id) FROM secret)
SELECT * FROM orders JOIN secret ON orders.id = secret.id
WITH orders AS (SELECT * FROM secret) SELECT * FROM orders
WITH secret AS (SELECT * FROM secret) SELECT * FROM secret
WITH a AS (SELECT * FROM b), b AS (SELECT 1 AS x) SELECT * FROM a
SELECT * FROM secret, (WITH secret AS (SELECT 1 AS a) SELECT a FROM secret) x
SELECT * FROM (WITH secret AS (SELECT 1 AS a) SELECT a FROM secret) x JOIN secret s ON s.a = x.a
WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x
WITH x AS (INSERT INTO orders VALUES (1) RETURNING *) SELECT * FROM x
WITH x AS (UPDATE orders SET id = 1 RETURNING *) SELECT * FROM x
WITH x AS (SELECT 1) DELETE FROM orders
WITH x AS (SELECT 1 AS a) INSERT INTO orders SELECT a FROM x
SELECT * INTO copy FROM orders
SELECT sleep(10)
SELECT pg_sleep(10)
SELECT benchmark(1000000, md5('a'))
SELECT load_file('/etc/passwd')
SELECT pg_read_file('/etc/passwd')
SELECT my_function(1)
SELECT load_extension('x')
SELECT readfile('/etc/passwd')
SELECT writefile('/tmp/x', 'a')
SELECT "my_function"(1)
SELECT my_schema.my_function(1)
SELECT * FROM my_function(1)
SELECT system('id')
SELECT xp_cmdshell('id')
SELECT dbms_pipe.receive_message('a', 10) FROM orders
SELECT dblink('host=x', 'SELECT 1')
SELECT nextval('s')
SELECT reflect('java.lang.System', 'getenv', 'PATH')
SELECT java_method('java.lang.System', 'getenv', 'PATH')
SELECT external_query('x', 'SELECT 1')
SELECT count(*) FROM orders WHERE (SELECT evil(id)) > 0
SELECT CASE WHEN 1 = 1 THEN evil(1) END
SELECT * FROM orders ORDER BY evil(id)
SELECT * FROM orders GROUP BY evil(id)
SELECT sum(amount) OVER (PARTITION BY evil(id)) FROM orders
SELECT * FROM orders WHERE id BETWEEN evil(1) AND 2
SELECT * FROM (VALUES (evil(1))) AS v (a)
SELECT * FROM orders LIMIT evil(1)
SELECT repeat('x', 2000000000)
SELECT ?
SELECT * FROM orders WHERE id = :id
SELECT /*+ SET_VAR(x = 1) */ 1
SELECT 1 /*! UNION SELECT * FROM secret */
SELECT 1 /*!50000 UNION SELECT * FROM secret */
SELECT 1 /*M! UNION SELECT * FROM secret */
SELECT 1 /* /* */ UNION SELECT * FROM secret -- */\n WHERE 1 = 1
SELECT 'a\' UNION SELECT * FROM secret -- '
SELECT 'a\\' UNION SELECT * FROM secret -- '
SELECT "a\" UNION SELECT * FROM secret -- "
