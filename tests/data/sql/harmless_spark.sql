SELECT date_trunc('MONTH', ordered) AS month, sum(amount) FROM orders GROUP BY date_trunc('MONTH', ordered)
SELECT year(ordered), month(ordered), quarter(ordered), dayofweek(ordered) FROM orders
SELECT date_format(ordered, 'yyyy-MM'), to_date('2024-01-31'), date_add(ordered, 1) FROM orders
SELECT datediff(current_date(), ordered), months_between(current_date(), ordered) FROM orders
SELECT `id`, `amount` AS `the amount` FROM `orders`
SELECT default.orders.id FROM default.orders
SELECT collect_list(status), collect_set(status) FROM orders
SELECT percentile_approx(amount, 0.5), percentile(amount, 0.9), approx_count_distinct(id) FROM orders
SELECT explode(tags) AS tag FROM orders
SELECT id, tag FROM orders LATERAL VIEW explode(tags) t AS tag
SELECT id, tag FROM orders LATERAL VIEW OUTER posexplode(tags) t AS place, tag
SELECT transform(array(1, 2), x -> x + 1), filter(array(1, 2), x -> x > 1), aggregate(array(1, 2), 0, (a, x) -> a + x)
SELECT count(*) FILTER (WHERE status = 'paid') FROM orders
SELECT status, customer_id, count(*) FROM orders GROUP BY status, customer_id WITH ROLLUP
SELECT status, customer_id, count(*) FROM orders GROUP BY GROUPING SETS ((status), (customer_id), ())
SELECT * FROM orders WHERE status RLIKE '^p'
SELECT get_json_object(details, '$.color'), from_json(details, 'a INT').a FROM orders
SELECT struct(id, amount) AS s, named_struct('a', 1).a, map('a', 1)['a'] FROM orders
SELECT concat_ws('-', status, note), regexp_extract(status, '([a-z]+)', 1), split(status, 'a')[0] FROM orders
SELECT if(amount > 5, 1, 2), nvl(note, 'x'), coalesce(note, 'y') FROM orders
SELECT sum(amount) OVER (PARTITION BY customer_id ORDER BY ordered RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) FROM orders
SELECT * FROM orders LEFT SEMI JOIN customers ON orders.customer_id = customers.id
SELECT * FROM orders LEFT ANTI JOIN customers ON orders.customer_id = customers.id
SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t (x, y)
SELECT * FROM range(10)
SELECT stack(2, 1, 2)
SELECT * FROM orders ORDER BY amount DESC NULLS LAST LIMIT 10
SELECT * FROM orders TABLESAMPLE (10 PERCENT)
SELECT max_by(id, amount), min_by(id, amount), any_value(status), mode(status) FROM orders
SELECT corr(amount, quantity), skewness(amount), kurtosis(amount), stddev(amount) FROM orders
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT id FROM orders EXCEPT SELECT id FROM customers
SELECT id FROM orders MINUS SELECT id FROM customers
SELECT CAST(amount AS INT), try_cast(note AS DOUBLE), double(amount) FROM orders
SELECT size(tags), array_contains(tags, 'a'), element_at(tags, 1), sort_array(tags) FROM orders
SELECT unix_timestamp(ordered), from_unixtime(0), to_timestamp('2024-01-31 00:00:00') FROM orders
SELECT initcap(status), lpad(status, 5, ' '), translate(status, 'a', 'b'), levenshtein(status, note) FROM orders
SELECT pmod(quantity, 2), bround(amount, 1), quantity DIV 2 FROM orders
SELECT date '2024-01-31', timestamp '2024-01-31 00:00:00', INTERVAL '1' DAY
SELECT id FROM orders QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY amount DESC) = 1
SELECT * EXCEPT (note) FROM orders
