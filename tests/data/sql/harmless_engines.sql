SELECT status, count(*) AS n, sum(amount) AS total, avg(amount) AS mean, min(amount) AS low, max(amount) AS high FROM orders GROUP BY status ORDER BY total DESC
SELECT id, row_number() OVER (PARTITION BY status ORDER BY id) AS place FROM orders
SELECT id, rank() OVER (ORDER BY quantity DESC) AS r, dense_rank() OVER (ORDER BY quantity DESC) AS d FROM orders
SELECT id, lag(amount) OVER (ORDER BY id) AS previous, lead(amount, 2) OVER (ORDER BY id) AS later FROM orders
SELECT id, sum(amount) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM orders
SELECT id, avg(amount) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving FROM orders
SELECT id, first_value(amount) OVER (PARTITION BY status ORDER BY id) AS first_one FROM orders
SELECT id, ntile(4) OVER (ORDER BY id) AS quarter_of_all FROM orders
SELECT id, percent_rank() OVER (ORDER BY id) AS p, cume_dist() OVER (ORDER BY id) AS c FROM orders
SELECT id, count(*) OVER (PARTITION BY customer_id) AS orders_of_customer FROM orders
SELECT id, sum(amount) OVER w AS s, avg(amount) OVER w AS a FROM orders WINDOW w AS (PARTITION BY status)
WITH t AS (SELECT status, count(*) AS n FROM orders GROUP BY status) SELECT * FROM t WHERE n > 10
WITH a AS (SELECT id, region FROM customers), b AS (SELECT customer_id, sum(amount) AS s FROM orders GROUP BY customer_id) SELECT a.region, sum(b.s) AS total FROM a JOIN b ON b.customer_id = a.id GROUP BY a.region
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n
WITH RECURSIVE f (i, v) AS (SELECT 1, 1 UNION ALL SELECT i + 1, v * (i + 1) FROM f WHERE i < 8) SELECT * FROM f
SELECT c.region, count(DISTINCT o.customer_id) AS buyers FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.region HAVING count(*) > 5
SELECT c.name, o.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.amount > 500
SELECT c.name, p.name AS product FROM customers c CROSS JOIN products p WHERE c.id < 3
SELECT o.id FROM orders o JOIN products USING (id)
SELECT p.category, sum(o.quantity) AS pieces FROM orders o INNER JOIN products p ON p.id = o.product_id GROUP BY p.category ORDER BY pieces DESC LIMIT 2
SELECT id FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE amount > 300)
SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
SELECT id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.status = 'returned')
SELECT id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n FROM customers c
SELECT id FROM orders WHERE amount > (SELECT avg(amount) FROM orders)
SELECT id, CASE WHEN amount > 300 THEN 'large' WHEN amount > 100 THEN 'middle' ELSE 'small' END AS size_of_it FROM orders
SELECT sum(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) AS paid, sum(CASE WHEN status = 'sent' THEN amount END) AS sent FROM orders
SELECT id FROM orders WHERE status IN ('paid', 'sent') AND NOT quantity BETWEEN 2 AND 5
SELECT id FROM orders WHERE note IS NULL OR note LIKE '%gift%'
SELECT id FROM customers WHERE name LIKE 'Customer 1%' AND name NOT LIKE '%9'
SELECT coalesce(note, 'none') AS note, nullif(quantity, 0) AS q FROM orders
SELECT upper(name) AS u, lower(name) AS l, trim(name) AS t, replace(name, 'Customer', 'C') AS r FROM customers
SELECT substr(name, 1, 3) AS begin_of, abs(id - 10) AS far, round(id / 3.0, 1) AS third FROM customers
SELECT cast(amount AS integer) AS whole, cast(id AS decimal(10, 2)) AS exact FROM orders
SELECT id % 10 AS last_digit, count(*) AS n FROM orders GROUP BY id % 10 ORDER BY 1
SELECT DISTINCT status, quantity FROM orders ORDER BY status, quantity
SELECT status FROM orders UNION SELECT region FROM customers
SELECT id FROM customers INTERSECT SELECT customer_id FROM orders
SELECT id FROM customers EXCEPT SELECT customer_id FROM orders WHERE amount > 900
SELECT 'all' AS part, count(*) AS n FROM orders UNION ALL SELECT status, count(*) FROM orders GROUP BY status
SELECT * FROM (SELECT customer_id, sum(amount) AS s FROM orders GROUP BY customer_id) AS t ORDER BY s DESC LIMIT 3
SELECT * FROM orders ORDER BY amount DESC, id ASC LIMIT 5 OFFSET 10
SELECT min(ordered) AS first_day, max(ordered) AS last_day FROM orders
SELECT id FROM orders WHERE ordered >= '2024-03-01' AND ordered < '2024-04-01'
SELECT x.status, x.n * 100.0 / y.n AS share FROM (SELECT status, count(*) AS n FROM orders GROUP BY status) x CROSS JOIN (SELECT count(*) AS n FROM orders) y
SELECT a.id, b.id AS other FROM customers a JOIN customers b ON a.region = b.region AND a.id < b.id WHERE a.id < 5
SELECT 1 + 2 * 3 AS seven, (1 + 2) * 3 AS nine, -5 AS minus_five, 7.5 AS decimal_one
