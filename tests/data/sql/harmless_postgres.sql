SELECT date_trunc('month', ordered) AS month, sum(amount) FROM orders GROUP BY 1 ORDER BY 1
SELECT extract(year FROM ordered) AS year, count(*) FROM orders GROUP BY 1
SELECT date_part('dow', ordered) FROM orders
SELECT ordered::date, amount::numeric(10,2) FROM orders
SELECT to_char(ordered, 'YYYY-MM') AS month, count(*) FROM orders GROUP BY to_char(ordered, 'YYYY-MM')
SELECT count(*) FILTER (WHERE status = 'paid') AS paid FROM orders
SELECT status, region, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY GROUPING SETS ((status), (region), ())
SELECT status, count(*) FROM orders GROUP BY ROLLUP (status)
SELECT status, customer_id, count(*) FROM orders GROUP BY CUBE (status, customer_id)
SELECT grouping(status), count(*) FROM orders GROUP BY ROLLUP (status)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM orders
SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY amount) FROM orders
SELECT mode() WITHIN GROUP (ORDER BY status) FROM orders
SELECT string_agg(status, ', ' ORDER BY status) FROM orders
SELECT array_agg(DISTINCT status) FROM orders
SELECT unnest(ARRAY[1, 2, 3]) AS x
SELECT * FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS t (value, position)
SELECT * FROM generate_series(1, 10) AS g (n)
SELECT d::date FROM generate_series(date '2024-01-01', date '2024-12-31', interval '1 day') AS d
SELECT c.name, o.* FROM customers c CROSS JOIN LATERAL (SELECT amount FROM orders o WHERE o.customer_id = c.id ORDER BY amount DESC LIMIT 3) o
SELECT c.name, t.n FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.customer_id = c.id) t ON true
SELECT DISTINCT ON (customer_id) customer_id, amount FROM orders ORDER BY customer_id, amount DESC
SELECT * FROM orders ORDER BY amount DESC NULLS LAST LIMIT 10 OFFSET 5
SELECT * FROM orders FETCH FIRST 5 ROWS ONLY
SELECT * FROM orders WHERE status ILIKE 'P%'
SELECT * FROM orders WHERE status ~ '^p' AND status !~* 'x$'
SELECT * FROM orders WHERE status SIMILAR TO '(paid|sent)'
SELECT * FROM orders WHERE status = ANY (ARRAY['paid', 'sent'])
SELECT * FROM orders WHERE amount IS DISTINCT FROM quantity
SELECT * FROM orders WHERE ordered >= now() - interval '30 days'
SELECT * FROM orders WHERE ordered > current_date - 7
SELECT ordered AT TIME ZONE 'Europe/Berlin' FROM orders
SELECT age(ordered), extract(epoch FROM age(ordered)) FROM orders
SELECT details ->> 'color', details -> 'size', details #>> '{a,b}' FROM orders
SELECT details ->> 'color' AS color, count(*) FROM orders WHERE details @> '{"a": 1}' GROUP BY 1
SELECT jsonb_array_elements(details -> 'items') FROM orders
SELECT key, value FROM orders, jsonb_each_text(details)
SELECT jsonb_build_object('a', amount, 'b', status) FROM orders
SELECT tags[1], array_length(tags, 1), cardinality(tags) FROM orders
SELECT status || ' ' || note FROM orders
SELECT concat_ws('-', status, note), left(status, 2), split_part(status, 'a', 1) FROM orders
SELECT substring(status FROM 1 FOR 2), position('a' IN status), trim(BOTH ' ' FROM status) FROM orders
SELECT regexp_replace(status, '\d+', '#', 'g'), initcap(status), length(status) FROM orders
SELECT corr(amount, quantity), regr_slope(amount, quantity), stddev_samp(amount), var_pop(amount) FROM orders
SELECT width_bucket(amount, 0, 100, 10) AS bucket, count(*) FROM orders GROUP BY 1
SELECT greatest(amount, 1), least(amount, 100), ceil(amount), trunc(amount, 1), mod(quantity, 2) FROM orders
SELECT sum(amount) OVER w, avg(amount) OVER w FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY ordered)
SELECT sum(amount) OVER (ORDER BY ordered RANGE BETWEEN interval '7 days' PRECEDING AND CURRENT ROW) FROM orders
SELECT nth_value(amount, 2) OVER (PARTITION BY customer_id ORDER BY ordered), cume_dist() OVER (ORDER BY amount), percent_rank() OVER (ORDER BY amount) FROM orders
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t
WITH t AS MATERIALIZED (SELECT * FROM orders) SELECT count(*) FROM t
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT id FROM orders EXCEPT SELECT id FROM customers
VALUES (1, 'a'), (2, 'b')
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (x, y)
SELECT bool_and(amount > 0), bool_or(amount > 0), every(amount > 0) FROM orders
SELECT public.orders.id FROM public.orders
SELECT "id", "Amount" FROM "public"."orders" AS "t" ("id", "Amount")
SELECT * FROM orders TABLESAMPLE SYSTEM (10)
SELECT * FROM orders TABLESAMPLE BERNOULLI (10) REPEATABLE (1)
SELECT make_date(2024, 1, 31), to_date('2024-01-31', 'YYYY-MM-DD'), to_timestamp(0)
SELECT (date '2024-03-01' - date '2024-02-01') AS days, interval '1 month' * 2
SELECT row_to_json(o), to_jsonb(o) FROM orders o
SELECT md5(status), encode(sha256(status::bytea), 'hex') FROM orders
SELECT pg_catalog.lower(status) FROM orders
SELECT daterange('2024-01-01', '2024-02-01') && daterange('2024-01-15', '2024-03-01')
SELECT date_bin('15 minutes', ordered, timestamp '2020-01-01') FROM orders
SELECT E'a\nb' AS text
SELECT o FROM orders o
SELECT count(*), round(avg(amount)::numeric, 2) FROM orders NATURAL JOIN products
SELECT o.id FROM orders o JOIN products p USING (id)
SELECT o.id FROM orders o FULL OUTER JOIN customers c ON c.id = o.customer_id WHERE o.id IS NULL OR c.id IS NULL
SELECT ARRAY(SELECT id FROM orders ORDER BY id), (SELECT array_agg(x) FROM unnest(ARRAY[1, 2]) x)
SELECT CASE WHEN EXISTS (SELECT 1 FROM orders) THEN 'some' ELSE 'none' END
SELECT (ARRAY[1, 2, 3])[2:3]
SELECT json_agg(json_build_object('id', id) ORDER BY id) FROM orders
