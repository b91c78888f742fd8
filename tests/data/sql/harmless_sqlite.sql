SELECT strftime('%Y-%m', ordered) AS month, sum(amount) FROM orders GROUP BY 1 ORDER BY 1
SELECT strftime('%Y', ordered) AS year, count(*) FROM orders GROUP BY year
SELECT date(ordered), time(ordered), datetime(ordered) FROM orders
SELECT date(ordered, 'start of month', '+1 month', '-1 day') FROM orders
SELECT * FROM orders WHERE ordered >= date('now', '-30 days')
SELECT julianday('now') - julianday(ordered) FROM orders
SELECT CAST(strftime('%w', ordered) AS INTEGER) AS weekday, count(*) FROM orders GROUP BY weekday
SELECT unixepoch(ordered) FROM orders
SELECT date(0, 'unixepoch')
SELECT group_concat(status, ', ') FROM orders
SELECT total(amount), count(*) FILTER (WHERE status = 'paid') FROM orders
SELECT ifnull(note, 'none'), iif(amount > 100, 'large', 'small') FROM orders
SELECT status || ' ' || note FROM orders
SELECT substr(status, 1, 2), instr(status, 'a'), length(status), trim(status), replace(status, 'a', 'b') FROM orders
SELECT * FROM orders WHERE status GLOB 'p*'
SELECT * FROM orders WHERE status LIKE 'p%' COLLATE NOCASE
SELECT * FROM orders ORDER BY status COLLATE NOCASE, amount DESC NULLS LAST
SELECT * FROM orders LIMIT 10 OFFSET 5
SELECT round(amount, 2), abs(amount), amount % 2, quantity / 2 FROM orders
SELECT typeof(amount), hex(status), unicode(status), quote(status) FROM orders
SELECT printf('%.2f', amount), format('%d', id) FROM orders
SELECT json_extract(details, '$.color'), details ->> '$.size', details -> 'a' FROM orders
SELECT key, value FROM orders, json_each(orders.details)
SELECT json_group_array(id), json_group_object(status, amount) FROM orders
SELECT "id", "amount" AS "the amount" FROM "orders"
SELECT [id] FROM [orders]
SELECT `id` FROM `orders`
SELECT main.orders.id FROM main.orders
SELECT rowid, id FROM orders
SELECT max(1, 2), min(1, 2)
SELECT DISTINCT status FROM orders WHERE amount IS NOT NULL
SELECT sum(amount) OVER w FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY ordered)
SELECT sum(amount) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM orders
WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t
WITH t AS NOT MATERIALIZED (SELECT * FROM orders) SELECT count(*) FROM t
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT id FROM orders EXCEPT SELECT id FROM customers
SELECT * FROM (VALUES (1, 'a'), (2, 'b'))
VALUES (1, 'a'), (2, 'b')
SELECT o.id FROM orders o JOIN products p USING (id)
SELECT o.id FROM orders o NATURAL JOIN products
SELECT amount IS 5, amount IS NOT NULL, note ISNULL, note NOTNULL FROM orders
SELECT CAST(amount AS INT), CAST(amount AS TEXT), CAST(amount AS REAL) FROM orders
SELECT nth_value(amount, 2) OVER (ORDER BY id), cume_dist() OVER (ORDER BY amount), percent_rank() OVER (ORDER BY amount) FROM orders
SELECT x'0a', 1e3, .5, 0x10
SELECT ln(2.0), log10(100), pow(2, 3), sqrt(2), ceil(1.5), floor(1.5), sign(-1)
SELECT char(65, 66), upper(status), ltrim(status, 'p'), rtrim(status) FROM orders
SELECT likely(1), soundex('a')
SELECT quantity & 1, quantity | 1, ~quantity, quantity << 1, quantity >> 1 FROM orders
