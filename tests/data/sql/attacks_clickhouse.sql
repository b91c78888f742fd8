SELECT * FROM url('http://x', CSV, 'a String')
SELECT * FROM file('/etc/passwd', LineAsString)
SELECT * FROM s3('http://x/y.csv', 'CSV')
SELECT * FROM s3Cluster('c', 'http://x')
SELECT * FROM hdfs('hdfs://x', 'CSV')
SELECT * FROM remote('host', db, t)
SELECT * FROM remoteSecure('host', db.t)
SELECT * FROM cluster('c', db, t)
SELECT * FROM mysql('h:3306', 'd', 't', 'u', 'p')
SELECT * FROM postgresql('h:5432', 'd', 't', 'u', 'p')
SELECT * FROM mongodb('h', 'd', 't', 'u', 'p')
SELECT * FROM sqlite('/x', 't')
SELECT * FROM odbc('DSN=x', 'd', 't')
SELECT * FROM jdbc('x', 'd', 't')
SELECT * FROM executable('x.sh', TabSeparated, 'a String')
SELECT * FROM input('a String')
SELECT * FROM merge('.*', '.*')
SELECT * FROM numbers(100000000000)
SELECT * FROM zeros(100000000000)
SELECT * FROM generateRandom('a UInt64')
SELECT * FROM view(SELECT * FROM system.tables)
SELECT * FROM loop(orders)
SELECT * FROM system.tables
SELECT * FROM system.processes
SELECT * FROM INFORMATION_SCHEMA.TABLES
SELECT * FROM other.orders
SELECT file('/etc/passwd')
SELECT getSetting('max_threads')
SELECT sleep(3) FROM orders
SELECT sleepEachRow(1) FROM orders
SELECT dictGet('d', 'a', 1)
SELECT joinGet('j', 'a', 1)
SELECT hostName()
SELECT currentUser()
SELECT catboostEvaluate('/x', 1)
SELECT addressToLine(1)
SELECT * FROM orders SETTINGS readonly = 0
SELECT * FROM orders FORMAT JSON
SELECT * FROM orders INTO OUTFILE '/tmp/x'
SELECT * FROM orders FINAL SETTINGS max_execution_time = 0
SELECT {x:String}
SET readonly = 0
SET ROLE ALL
USE system
SYSTEM SHUTDOWN
SYSTEM DROP MARK CACHE
KILL QUERY WHERE 1
ALTER TABLE orders DELETE WHERE 1
OPTIMIZE TABLE orders FINAL
RENAME TABLE orders TO x
EXCHANGE TABLES orders AND customers
ATTACH TABLE x
DETACH TABLE orders
CREATE FUNCTION f AS (x) -> x
INSERT INTO FUNCTION file('/x', CSV) SELECT * FROM orders
WATCH v
EXPLAIN SELECT 1
DESCRIBE TABLE orders
BACKUP TABLE orders TO Disk('d', 'x')
SELECT fileIf('/etc/passwd', 1)
SELECT sleepState(3)
SELECT dictGetOrNull('d', 'a', 1)
SELECT leftPad('x', 1000000000, 'y')
