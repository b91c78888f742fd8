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
SELECT count(DISTINCT customer_id, product_id) FROM orders
SELECT count_if(amount > 100), sum(if(status = 'paid', amount, 0)) FROM orders
SELECT status, approx_percentile(amount, array(0.25, 0.5, 0.75)) FROM orders GROUP BY status
SELECT trunc(ordered, 'MM') AS month, avg(amount) FROM orders GROUP BY trunc(ordered, 'MM')
SELECT weekofyear(ordered), dayofyear(ordered), weekday(ordered), last_day(ordered), next_day(ordered, 'MON') FROM orders
SELECT extract(YEAR FROM ordered), date_part('MONTH', ordered) FROM orders
SELECT add_months(ordered, 3), date_sub(ordered, 7), ordered + INTERVAL 1 MONTH FROM orders
SELECT make_date(2024, 1, 31), to_timestamp('2024-01-31 10:00', 'yyyy-MM-dd HH:mm')
SELECT unix_date(ordered), date_from_unix_date(0), timestamp_seconds(0) FROM orders
SELECT from_utc_timestamp(timestamp '2024-01-31 10:00:00', 'Europe/Berlin')
SELECT lag(amount, 1) OVER (PARTITION BY customer_id ORDER BY ordered) FROM orders
SELECT lead(amount) OVER (ORDER BY id), first_value(amount) OVER (ORDER BY id), last_value(amount) OVER (ORDER BY id) FROM orders
SELECT ntile(4) OVER (ORDER BY amount), percent_rank() OVER (ORDER BY amount), cume_dist() OVER (ORDER BY amount) FROM orders
SELECT dense_rank() OVER w, rank() OVER w FROM orders WINDOW w AS (PARTITION BY status ORDER BY amount DESC)
SELECT sum(amount) OVER (ORDER BY ordered ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM orders
WITH t AS (SELECT status, sum(amount) AS total FROM orders GROUP BY status) SELECT * FROM t ORDER BY total DESC
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT * FROM a CROSS JOIN b
SELECT * FROM (SELECT status, quantity FROM orders) PIVOT (sum(quantity) FOR status IN ('paid', 'sent'))
SELECT * FROM orders o JOIN customers c ON o.customer_id = c.id JOIN products p ON p.id = o.product_id
SELECT c.name, o.n FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id) o ON o.customer_id = c.id
SELECT * FROM orders FULL OUTER JOIN customers ON orders.customer_id = customers.id
SELECT * FROM orders JOIN customers USING (id)
SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE amount > 100)
SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
SELECT name, (SELECT max(amount) FROM orders o WHERE o.customer_id = c.id) AS most FROM customers c
SELECT status, count(*) FROM orders GROUP BY ALL
SELECT status, count(*) AS n FROM orders GROUP BY 1 HAVING n > 10 ORDER BY 2 DESC
SELECT status, customer_id, count(*) FROM orders GROUP BY CUBE (status, customer_id)
SELECT grouping(status), status, count(*) FROM orders GROUP BY status WITH CUBE
SELECT CASE status WHEN 'paid' THEN 1 ELSE 0 END, CASE WHEN amount > 10 THEN 'a' END FROM orders
SELECT substring_index('a.b.c', '.', 2), instr('abc', 'b'), locate('b', 'abc'), position('b' IN 'abc')
SELECT trim(BOTH 'x' FROM 'xax'), rtrim('a '), upper('a'), reverse('abc'), repeat('a', 3)
SELECT regexp_replace(status, 'a', 'b'), regexp_extract_all('a1b2', '(\\\\d)', 1), regexp_like(status, '^p') FROM orders
SELECT status LIKE 'p%', status ILIKE 'P%', status NOT LIKE '%x' FROM orders
SELECT format_number(amount, 2), format_string('%d', id), hex(id), conv('ff', 16, 10) FROM orders
SELECT greatest(1, 2), least(1, 2), nullif(1, 1), nvl2(NULL, 1, 2), ifnull(NULL, 1), zeroifnull(NULL)
SELECT ceil(amount), floor(amount), round(amount, 1), sign(amount), sqrt(quantity), power(quantity, 2), log10(quantity) FROM orders
SELECT variance(amount), var_pop(amount), stddev_pop(amount), covar_samp(amount, quantity), regr_slope(amount, quantity) FROM orders
SELECT bool_and(amount > 0), bool_or(amount > 100), every(quantity > 0), some(quantity > 8) FROM orders
SELECT first(status), last(status), any_value(status), histogram_numeric(quantity, 5) FROM orders
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), median(amount), percentile_disc(0.9) WITHIN GROUP (ORDER BY amount) FROM orders
SELECT listagg(status, ',') WITHIN GROUP (ORDER BY status) FROM orders
SELECT array_sort(array(3, 1, 2)), array_max(array(1, 2)), array_distinct(array(1, 1)), flatten(array(array(1), array(2)))
SELECT slice(array(1, 2, 3), 1, 2), array_join(array('a', 'b'), ','), arrays_zip(array(1), array(2)), array_position(array(1), 1)
SELECT exists(array(1, 2), x -> x > 1), forall(array(1), x -> x > 0), reduce(array(1, 2), 0, (a, x) -> a + x)
SELECT zip_with(array(1), array(2), (x, y) -> x + y), map_keys(map('a', 1)), map_values(map('a', 1))
SELECT map_from_arrays(array('a'), array(1)), map_filter(map('a', 1), (k, v) -> v > 0), transform_values(map('a', 1), (k, v) -> v + 1)
SELECT to_json(named_struct('a', 1)), get_json_object('{"a": 1}', '$.a'), json_tuple('{"a": 1}', 'a')
SELECT parse_json('{"a": 1}'), variant_get(parse_json('{"a": 1}'), '$.a', 'int')
SELECT x.a FROM (SELECT named_struct('a', id) AS x FROM orders)
SELECT inline(array(struct(1, 'a'), struct(2, 'b')))
SELECT id, pos, col FROM (SELECT id, posexplode(array(1, 2)) FROM orders)
SELECT explode(map('a', 1, 'b', 2))
SELECT customer_id, window.start, count(*) FROM (SELECT customer_id, CAST(ordered AS TIMESTAMP) AS at FROM orders) GROUP BY customer_id, window(at, '7 days')
SELECT id::string, amount::double FROM orders
SELECT CAST('2024-01-31' AS DATE), CAST(1 AS BOOLEAN), CAST('1.5' AS DECIMAL(10, 2))
SELECT try_divide(1, 0), try_add(1, 2), try_to_number('1', '9'), try_element_at(array(1), 2)
SELECT md5('a'), sha2('a', 256), crc32('a'), xxhash64('a'), hash('a')
SELECT DISTINCT status FROM orders ORDER BY status
SELECT * FROM orders LIMIT 10 OFFSET 5
SELECT id FROM orders UNION ALL SELECT id FROM products
SELECT DISTINCT region FROM customers UNION SELECT category FROM products
(SELECT id FROM orders LIMIT 1) UNION ALL (SELECT id FROM customers LIMIT 1)
SELECT status, max_by(id, amount) AS top FROM orders GROUP BY status
SELECT sum(amount) FILTER (WHERE status = 'paid') / sum(amount) AS share FROM orders
SELECT decode(status, 'paid', 1, 0), width_bucket(amount, 0, 500, 10) FROM orders
SELECT sequence(date '2024-01-01', date '2024-03-01', INTERVAL 1 MONTH)
SELECT o.* FROM orders AS o
FROM orders |> WHERE amount > 100 |> SELECT id, amount
