ATTACH DATABASE '/tmp/x.db' AS x
ATTACH '/tmp/x.db' AS x
DETACH x
VACUUM
VACUUM INTO '/tmp/x.db'
PRAGMA query_only = 0
PRAGMA database_list
PRAGMA writable_schema = 1
PRAGMA journal_mode = DELETE
SELECT * FROM pragma_database_list
SELECT * FROM pragma_database_list()
SELECT * FROM pragma_table_info('secret')
SELECT * FROM sqlite_master
SELECT * FROM sqlite_schema
SELECT * FROM main.sqlite_master
SELECT * FROM temp.sqlite_master
SELECT * FROM sqlite_temp_master
SELECT * FROM dbstat
SELECT * FROM sqlite_dbpage
SELECT load_extension('/tmp/x.so')
SELECT load_extension('/tmp/x.so', 'init')
SELECT fts3_tokenizer('simple')
SELECT fts5(1)
SELECT edit('x')
SELECT sqlite_compileoption_get(1)
SELECT sqlite_log(1, 'x')
SELECT zeroblob(2000000000)
SELECT randomblob(2000000000)
SELECT last_insert_rowid()
SELECT changes()
SELECT total_changes()
SELECT optimize('x')
SELECT rtreecheck('x')
SELECT 1 WHERE 2 IN secret
SELECT 1 WHERE 2 IN main.secret
SELECT 1 WHERE 2 IN pragma_database_list
REPLACE INTO orders VALUES (1)
INSERT OR REPLACE INTO orders VALUES (1)
UPDATE OR IGNORE orders SET id = 1
CREATE TEMP TABLE x AS SELECT 1
CREATE VIRTUAL TABLE x USING fts5(a)
CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END
REINDEX
BEGIN IMMEDIATE
END TRANSACTION
RELEASE s
EXPLAIN QUERY PLAN SELECT 1
SELECT * FROM orders INDEXED BY x
SELECT * FROM fsdir('/')
SELECT * FROM zipfile('/tmp/x.zip')
SELECT * FROM csv('/etc/passwd')
SELECT * FROM generate_series(1, 1000000000000)
SELECT "load_extension"('x')
SELECT [load_extension]('x')
SELECT `load_extension`('x')
SELECT load_extension /* x */ ('x')
SELECT * FROM "secret"
SELECT * FROM [secret]
SELECT * FROM `secret`
SELECT * FROM 'secret'
SELECT * FROM main."secret"
SELECT * FROM temp.orders
VALUES (load_extension('x'))
SELECT * FROM (VALUES (load_extension('x')))
SELECT group_concat(load_extension(id)) FROM orders
SELECT * FROM orders WHERE id GLOB load_extension('x')
SELECT * FROM orders WHERE id MATCH load_extension('x')
SELECT CAST(load_extension('x') AS TEXT)
SELECT iif(1, load_extension('x'), 2)
SELECT * FROM json_each(load_extension('x'))
SELECT count(*) FILTER (WHERE load_extension('x')) FROM orders
SELECT :x
SELECT $x
SELECT ?1
SELECT @x
SELECT readfile('x'), writefile('y', 'z')
SELECT printf('%*d', 2000000000, 1), my_function(1)
WITH RECURSIVE secret(a) AS (SELECT 1) SELECT * FROM main.secret
DELETE FROM orders RETURNING *
INSERT INTO orders DEFAULT VALUES RETURNING *
SELECT 1 WHERE 2 IN (SELECT a FROM secret)
