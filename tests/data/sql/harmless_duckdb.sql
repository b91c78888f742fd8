SELECT date_trunc('month', ordered) AS month, sum(amount) FROM orders GROUP BY ALL ORDER BY ALL
SELECT year(ordered), month(ordered), count(*) FROM orders GROUP BY 1, 2
SELECT strftime(ordered, '%Y-%m'), dayname(ordered) FROM orders
SELECT extract('year' FROM ordered), date_part('dow', ordered) FROM orders
SELECT date_diff('day', ordered, current_date), ordered + INTERVAL 1 DAY FROM orders
FROM orders SELECT id WHERE amount > 5
FROM orders
SELECT * EXCLUDE (note) FROM orders
SELECT * REPLACE (amount * 2 AS amount) FROM orders
SELECT COLUMNS('am.*') FROM orders
SELECT min(COLUMNS(*)) FROM orders
SELECT median(amount), quantile_cont(amount, 0.9), mode(status), kurtosis(amount) FROM orders
SELECT arg_max(id, amount), max_by(id, amount) FROM orders
SELECT list(status ORDER BY status), string_agg(status, ', ') FROM orders
SELECT list_sort([3, 1, 2]), [x * 2 FOR x IN [1, 2, 3] IF x > 1]
SELECT s.a FROM (SELECT {'a': 1, 'b': 'c'} AS s FROM orders) t
SELECT unnest([1, 2, 3]), unnest(tags) FROM orders
SELECT * FROM range(10)
SELECT * FROM generate_series(1, 10)
SELECT status.upper(), 'a'.concat('b') FROM orders
SELECT id FROM orders QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY amount DESC) = 1
SELECT count(*) FILTER (WHERE status = 'paid') FROM orders
SELECT status, customer_id, count(*) FROM orders GROUP BY GROUPING SETS ((status), (customer_id), ())
SELECT status, count(*) FROM orders GROUP BY ROLLUP (status)
SELECT * FROM orders ORDER BY amount DESC NULLS LAST LIMIT 10 OFFSET 5
SELECT * FROM orders LIMIT 10%
SELECT * FROM orders USING SAMPLE 10 ROWS
SELECT * FROM orders TABLESAMPLE reservoir(20 ROWS) REPEATABLE (1)
SELECT * FROM orders ASOF JOIN products ON orders.product_id >= products.id
SELECT * FROM orders POSITIONAL JOIN products
SELECT * FROM orders SEMI JOIN customers ON orders.customer_id = customers.id
SELECT * FROM orders ANTI JOIN customers ON orders.customer_id = customers.id
SELECT amount::INTEGER, TRY_CAST(note AS DOUBLE) FROM orders
SELECT status ILIKE 'p%', regexp_matches(status, '^p'), regexp_extract(status, '[a-z]+') FROM orders
SELECT details->>'color', json_extract_string(details, '$.a') FROM orders
SELECT main.orders.id FROM main.orders
SELECT if(amount > 5, 1, 2), ifnull(note, 'x'), coalesce(note, 'y') FROM orders
SELECT sum(amount) OVER (ORDER BY ordered RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) FROM orders
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t
SELECT make_date(2024, 1, 31), to_timestamp(0), epoch(ordered), last_day(ordered) FROM orders
SELECT id FROM orders UNION BY NAME SELECT id FROM customers
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (x, y)
SELECT 1_000 AS n, 5 // 2, 5 % 2, 2 ** 3
SELECT len(status), left(status, 2), split_part(status, 'a', 1), format('{:,}', id) FROM orders
SELECT approx_count_distinct(customer_id), stddev(amount), corr(amount, quantity) FROM orders
SELECT map {'a': 1}['a'], [1, 2, 3][1:2]
SELECT bar(amount, 0, 100, 10) FROM orders
SELECT histogram(status) FROM orders
SELECT first(amount ORDER BY id), last(amount ORDER BY id), any_value(status) FROM orders
