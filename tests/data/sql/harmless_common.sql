SELECT 1 AS one FROM orders
SELECT id, amount FROM orders
SELECT * FROM orders
SELECT o.* FROM orders o
SELECT DISTINCT region FROM customers
SELECT count(*) AS n FROM orders
SELECT count(DISTINCT customer_id) AS n FROM orders
SELECT sum(amount), avg(amount), min(amount), max(amount) FROM orders
SELECT region, count(*) AS n FROM customers GROUP BY region
SELECT region, count(*) AS n FROM customers GROUP BY region HAVING count(*) > 10
SELECT region, count(*) AS n FROM customers GROUP BY region ORDER BY n DESC
SELECT region, count(*) AS n FROM customers GROUP BY region ORDER BY count(*) DESC, region
SELECT * FROM orders WHERE amount > 100
SELECT * FROM orders WHERE amount >= 100 AND amount < 200
SELECT * FROM orders WHERE amount BETWEEN 100 AND 200
SELECT * FROM orders WHERE NOT amount BETWEEN 100 AND 200
SELECT * FROM orders WHERE amount <> 100
SELECT * FROM orders WHERE status IN ('paid', 'sent')
SELECT * FROM orders WHERE status NOT IN ('paid', 'sent')
SELECT * FROM orders WHERE status LIKE 'p%'
SELECT * FROM orders WHERE status NOT LIKE '%x%'
SELECT * FROM orders WHERE note LIKE '50!%' ESCAPE '!'
SELECT * FROM orders WHERE note IS NULL
SELECT * FROM orders WHERE note IS NOT NULL
SELECT * FROM orders WHERE status = 'it''s paid'
SELECT * FROM orders WHERE status = 'a;b'
SELECT * FROM orders WHERE status = '-- no comment'
SELECT * FROM orders WHERE status = 'a/b'
SELECT * FROM orders WHERE status = 'é ü 東京'
SELECT * FROM orders WHERE status = 'drop table orders'
SELECT * FROM orders WHERE (status = 'paid' OR status = 'sent') AND NOT (amount > 5)
SELECT * FROM orders ORDER BY amount
SELECT * FROM orders ORDER BY amount DESC, id ASC
SELECT * FROM orders ORDER BY 1, 2
SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id
SELECT o.id, c.name FROM orders AS o INNER JOIN customers AS c ON c.id = o.customer_id
SELECT o.id, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
SELECT o.id, c.name FROM orders o LEFT OUTER JOIN customers c ON c.id = o.customer_id AND c.region = 'north'
SELECT o.id, c.name FROM customers c RIGHT JOIN orders o ON c.id = o.customer_id
SELECT o.id, p.name FROM orders o CROSS JOIN products p
SELECT o.id, p.name FROM orders o, products p WHERE o.product_id = p.id
SELECT a.id, b.id FROM orders a JOIN orders b ON a.customer_id = b.customer_id AND a.id < b.id
SELECT c.region, p.category, sum(o.amount) AS total FROM orders o JOIN customers c ON c.id = o.customer_id JOIN products p ON p.id = o.product_id GROUP BY c.region, p.category ORDER BY total DESC
SELECT * FROM (SELECT region, count(*) AS n FROM customers GROUP BY region) t WHERE n > 1
SELECT avg(n) FROM (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id) t
SELECT * FROM orders WHERE amount > (SELECT avg(amount) FROM orders)
SELECT * FROM orders o WHERE amount > (SELECT avg(amount) FROM orders i WHERE i.customer_id = o.customer_id)
SELECT * FROM customers WHERE id IN (SELECT customer_id FROM orders)
SELECT * FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL)
SELECT * FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
SELECT * FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
SELECT id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n FROM customers c
WITH totals AS (SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id) SELECT * FROM totals
WITH totals AS (SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id) SELECT c.name, t.total FROM totals t JOIN customers c ON c.id = t.customer_id ORDER BY t.total DESC
WITH a AS (SELECT id FROM orders), b AS (SELECT id FROM a) SELECT * FROM b
WITH a AS (SELECT id FROM orders), b AS (SELECT id FROM customers) SELECT a.id FROM a JOIN b ON a.id = b.id
WITH a AS (SELECT 1 AS x FROM orders UNION ALL SELECT 2 AS x FROM orders) SELECT x FROM a
SELECT id FROM orders UNION SELECT id FROM customers
SELECT id FROM orders UNION ALL SELECT id FROM customers
SELECT id FROM orders UNION ALL SELECT id FROM customers ORDER BY id
SELECT CASE WHEN amount > 100 THEN 'large' ELSE 'small' END AS size, count(*) AS n FROM orders GROUP BY CASE WHEN amount > 100 THEN 'large' ELSE 'small' END
SELECT CASE status WHEN 'paid' THEN 1 WHEN 'sent' THEN 2 END AS s FROM orders
SELECT sum(CASE WHEN status = 'paid' THEN amount ELSE 0 END) AS paid FROM orders
SELECT sum(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) * 100.0 / count(*) AS share FROM orders
SELECT coalesce(note, 'none') FROM orders
SELECT nullif(status, 'paid') FROM orders
SELECT CAST(amount AS INTEGER) AS a FROM orders
SELECT CAST(amount AS DECIMAL(10, 2)) AS a FROM orders
SELECT round(amount, 2) FROM orders
SELECT abs(amount), floor(amount) FROM orders
SELECT amount * quantity AS total FROM orders
SELECT (amount - 1) / 2.0 + 3 AS x FROM orders
SELECT -amount AS negative FROM orders
SELECT amount * 1.0 / nullif(quantity, 0) AS price FROM orders
SELECT upper(status), lower(status) FROM orders
SELECT replace(status, 'a', 'b') FROM orders
SELECT id, row_number() OVER (ORDER BY amount DESC) AS r FROM orders
SELECT id, rank() OVER (PARTITION BY customer_id ORDER BY amount DESC) AS r FROM orders
SELECT id, dense_rank() OVER (PARTITION BY customer_id ORDER BY amount DESC) AS r FROM orders
SELECT id, sum(amount) OVER (ORDER BY id) AS running FROM orders
SELECT id, sum(amount) OVER (PARTITION BY customer_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM orders
SELECT id, avg(amount) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving FROM orders
SELECT id, lag(amount, 1) OVER (ORDER BY id) AS earlier FROM orders
SELECT id, amount - lag(amount) OVER (PARTITION BY customer_id ORDER BY id) AS difference FROM orders
SELECT id, lead(amount) OVER (ORDER BY id) AS following_amount FROM orders
SELECT id, first_value(amount) OVER (PARTITION BY customer_id ORDER BY id) AS first_amount FROM orders
SELECT id, ntile(4) OVER (ORDER BY amount) AS quartile FROM orders
SELECT id, amount * 100.0 / sum(amount) OVER () AS share FROM orders
SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY amount DESC) AS r FROM orders) t WHERE r <= 3
SELECT region, sum(total) AS s FROM (SELECT c.region, sum(o.amount) AS total FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.region, c.id) t GROUP BY region
SELECT customer_id, count(*) AS n, sum(amount) AS total FROM orders WHERE status = 'paid' GROUP BY customer_id HAVING sum(amount) > 1000 ORDER BY total DESC
SELECT count(*) FROM orders WHERE amount > 1e3
SELECT count(*) FROM orders WHERE amount > 0.5 AND quantity = 10
SELECT ((amount)) FROM orders
SELECT o.amount AS "the amount" FROM orders o
SELECT id AS order_id, amount AS value_of_order FROM orders
SELECT id FROM orders WHERE id = 1 OR id = 2 OR id = 3
SELECT id FROM orders /* all of them */ WHERE id > 1
SELECT id FROM orders -- all of them
-- answer: There are {n:,} orders.\nSELECT count(*) AS n FROM orders
SELECT count(*) AS n FROM orders;
SELECT\n  id,\n  amount\nFROM orders\nWHERE amount > 1\nORDER BY id
SELECT\tid FROM orders
SELECT min(ordered), max(ordered) FROM orders
SELECT max(amount) - min(amount) AS spread FROM orders
SELECT * FROM orders WHERE ordered >= '2024-01-01' AND ordered < '2025-01-01'
SELECT exp(1), ln(2), sqrt(4), power(2, 3) FROM orders
SELECT sum(amount) / count(DISTINCT customer_id) AS per_customer FROM orders
