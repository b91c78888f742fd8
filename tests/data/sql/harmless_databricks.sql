SELECT doc:customer.name AS name FROM orders
SELECT doc:items[0].sku::string AS sku, doc:total::double AS total FROM orders
SELECT doc:['customer']['name'] AS name FROM orders
SELECT from_json(note, 'a INT, b STRING').b AS b, get_json_object(note, '$.a') AS a FROM orders
SELECT parse_json(note):a::int AS a, variant_get(parse_json(note), '$.a', 'int') AS b FROM orders
SELECT try_variant_get(parse_json(note), '$.x', 'double') AS x, schema_of_json('{"a": 1}') AS s FROM orders
SELECT is_variant_null(parse_json(note)), schema_of_variant(parse_json(note)) FROM orders
SELECT to_json(struct(id, amount)) AS doc, to_json(named_struct('id', id)) AS other FROM orders
SELECT o.id, i.sku FROM orders o LATERAL VIEW explode(o.items) t AS i
SELECT o.id, t.place, t.item FROM orders o LATERAL VIEW OUTER posexplode(o.items) t AS place, item
SELECT o.id, e.col FROM orders o, LATERAL explode(o.items) AS e
SELECT o.id, v.key, v.value FROM orders o, LATERAL variant_explode(parse_json(o.note)) AS v
SELECT explode(sequence(1, 12)) AS n
SELECT id, explode_outer(items) AS item FROM orders
SELECT inline(array(struct(1, 'a'), struct(2, 'b')))
SELECT stack(2, 'a', 1, 'b', 2) AS (name, value)
SELECT c.name, l.amount FROM customers c, LATERAL (SELECT amount FROM orders o WHERE o.customer_id = c.id ORDER BY amount DESC LIMIT 3) l
SELECT date_trunc('MONTH', ordered) AS month, sum(amount) AS total FROM orders GROUP BY 1 ORDER BY 1
SELECT trunc(ordered, 'MM') AS month, last_day(ordered) AS end_of_month, next_day(ordered, 'Fri') AS friday FROM orders
SELECT dateadd(DAY, 7, ordered) AS due, date_add(ordered, 7) AS d, add_months(ordered, 1) AS m, date_sub(ordered, 1) AS s FROM orders
SELECT datediff(DAY, ordered, current_date()) AS age, datediff(current_date(), ordered) AS other, months_between(current_date(), ordered) AS m FROM orders
SELECT timestampadd(HOUR, 1, ordered), timestampdiff(MINUTE, ordered, current_timestamp()) FROM orders
SELECT date_format(ordered, 'yyyy-MM') AS month, to_date(note, 'dd.MM.yyyy') AS d, to_timestamp(note) AS t FROM orders
SELECT year(ordered), quarter(ordered), month(ordered), weekofyear(ordered), day(ordered), dayofweek(ordered), hour(ordered), minute(ordered) FROM orders
SELECT date_part('YEAR', ordered), extract(WEEK FROM ordered), weekday(ordered), dayname(ordered), monthname(ordered) FROM orders
SELECT from_unixtime(1700000000), unix_timestamp(ordered), timestamp_seconds(1700000000), unix_date(ordered) FROM orders
SELECT from_utc_timestamp(ordered, 'Europe/Berlin'), to_utc_timestamp(ordered, 'Europe/Berlin'), convert_timezone('UTC', 'Europe/Berlin', ordered) FROM orders
SELECT make_date(2024, 1, 31), make_timestamp(2024, 1, 31, 12, 0, 0), make_interval(0, 1), DATE '2024-01-31', TIMESTAMP '2024-01-31 12:00:00' FROM orders
SELECT ordered + INTERVAL 7 DAYS AS due, ordered - INTERVAL '1' MONTH AS before FROM orders
SELECT * FROM orders WHERE ordered >= current_date() - INTERVAL 30 DAYS
SELECT date_trunc('DAY', ordered) AS day_of_it, sum(amount) AS total, count(DISTINCT customer_id) AS buyers FROM orders GROUP BY date_trunc('DAY', ordered)
SELECT session_window.start AS s, count(*) AS n FROM orders GROUP BY session_window(ordered, '30 minutes'), customer_id
SELECT count_if(status = 'paid') AS paid, count(*) FILTER (WHERE status = 'sent') AS sent FROM orders
SELECT approx_count_distinct(customer_id), approx_percentile(amount, 0.5), percentile_approx(amount, array(0.25, 0.75)), approx_top_k(status, 3) FROM orders
SELECT any_value(note), first(note, true), last(note), max_by(id, amount), min_by(id, amount) FROM orders
SELECT collect_list(status), collect_set(status), array_agg(id), listagg(status, ', ') WITHIN GROUP (ORDER BY status) FROM orders
SELECT string_agg(status, ', ') AS states FROM orders
SELECT percentile(amount, 0.5), percentile_cont(0.9) WITHIN GROUP (ORDER BY amount), median(amount), mode(status) FROM orders
SELECT stddev(amount), stddev_pop(amount), variance(amount), skewness(amount), kurtosis(amount), corr(amount, quantity), covar_pop(amount, quantity), regr_slope(amount, quantity) FROM orders
SELECT bool_and(amount > 0), bool_or(amount > 100), every(amount > 0), some(amount > 100), bit_and(id), bit_or(id) FROM orders
SELECT try_sum(amount), try_avg(amount), try_divide(amount, quantity), try_add(id, 1), try_cast(note AS INT) FROM orders
SELECT histogram_numeric(amount, 5) AS bins FROM orders
SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY ordered DESC) AS r FROM orders QUALIFY r = 1
SELECT * FROM orders QUALIFY rank() OVER (PARTITION BY status ORDER BY amount DESC) <= 3
SELECT id, lag(amount, 1, 0) OVER (ORDER BY ordered) AS earlier, lead(amount) OVER (ORDER BY ordered) AS later FROM orders
SELECT id, last_value(note) IGNORE NULLS OVER (PARTITION BY customer_id ORDER BY ordered) AS last_note FROM orders
SELECT id, first_value(note, true) OVER (PARTITION BY customer_id ORDER BY ordered) AS first_note FROM orders
SELECT id, nth_value(amount, 2) OVER (PARTITION BY status ORDER BY id) AS second_one, ntile(4) OVER (ORDER BY amount) AS q FROM orders
SELECT id, sum(amount) OVER w AS s FROM orders WINDOW w AS (PARTITION BY status ORDER BY id)
SELECT id, sum(amount) OVER (ORDER BY ordered RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) AS week FROM orders
SELECT id, percent_rank() OVER (ORDER BY amount), cume_dist() OVER (ORDER BY amount) FROM orders
SELECT region, status, sum(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY ROLLUP (region, status)
SELECT region, status, sum(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY CUBE (region, status)
SELECT region, status, grouping(region), grouping_id(region, status), sum(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY GROUPING SETS ((region), (status), ())
SELECT status, sum(amount) AS total FROM orders GROUP BY ALL ORDER BY ALL
SELECT region, sum(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY region WITH ROLLUP
SELECT * FROM (SELECT status, quantity, amount FROM orders) PIVOT (sum(amount) FOR status IN ('paid', 'sent'))
SELECT * FROM (SELECT status, quantity, amount FROM orders) PIVOT (sum(amount) AS total, count(*) AS n FOR status IN ('paid' AS p, 'sent' AS s))
SELECT * FROM (SELECT id, amount, quantity FROM orders) UNPIVOT (value FOR measure IN (amount, quantity))
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12) SELECT i FROM n
SELECT * EXCEPT (note) FROM orders
SELECT o.* EXCEPT (o.note), c.name FROM orders o JOIN customers c ON c.id = o.customer_id
SELECT array(1, 2, 3)[0] AS one, items[0] AS first_item, element_at(items, -1) AS last_item, try_element_at(items, 9) AS none FROM orders
SELECT size(items), array_contains(items, 'x'), array_distinct(items), array_join(items, ', '), array_max(items), array_min(items), sort_array(items) FROM orders
SELECT array_union(items, items), array_intersect(items, items), array_except(items, items), arrays_overlap(items, items), arrays_zip(items, items), flatten(array(items)) FROM orders
SELECT filter(items, i -> i > 10), transform(items, i -> i * 2), transform(items, (i, n) -> i + n), exists(items, i -> i > 1), forall(items, i -> i > 0) FROM orders
SELECT aggregate(items, 0, (s, i) -> s + i), reduce(items, 0, (s, i) -> s + i, s -> s * 2), zip_with(items, items, (a, b) -> a + b) FROM orders
SELECT array_sort(items, (a, b) -> CASE WHEN a < b THEN 1 ELSE -1 END), slice(items, 1, 2), array_position(items, 'x'), array_remove(items, 'x'), array_append(items, 'x') FROM orders
SELECT map('a', 1, 'b', 2)['a'] AS a, map_keys(attributes), map_values(attributes), map_entries(attributes), attributes['color'] FROM orders
SELECT map_filter(attributes, (k, v) -> v IS NOT NULL), transform_values(attributes, (k, v) -> upper(v)), map_from_arrays(array('a'), array(1)), map_contains_key(attributes, 'a') FROM orders
SELECT struct(1 AS a, 'x' AS b).a AS a, named_struct('x', 1).x AS x FROM orders
SELECT split(note, ','), split_part(note, '-', 1), substring_index(note, '.', 1), instr(note, 'a'), locate('a', note), charindex('a', note) FROM orders
SELECT regexp_extract(note, '([0-9]+)', 1), regexp_extract_all(note, '[a-z]+', 0), regexp_replace(note, '[^a-z]', ''), regexp_count(note, 'a'), regexp_substr(note, 'b') FROM orders
SELECT * FROM orders WHERE note RLIKE '^gift' OR note ILIKE '%X%' OR startswith(note, 'a') OR endswith(note, 'z') OR contains(note, 'q')
SELECT * FROM orders WHERE note LIKE ANY ('%gift%', '%card%') AND status <=> 'paid'
SELECT concat(name, ' ', region), concat_ws(', ', name, region), name || '!' AS loud, initcap(name), lpad(name, 10, ' '), repeat('-', 3), reverse(name) FROM customers
SELECT length(name), char_length(name), left(name, 3), right(name, 2), substr(name, 1, 3), overlay(name PLACING 'x' FROM 1), translate(name, 'ab', 'xy'), levenshtein(name, 'x'), soundex(name) FROM customers
SELECT trim(name), ltrim(name), btrim(name), trim(BOTH 'x' FROM name), ascii('a'), chr(97), format_string('%s: %d', name, 1), printf('%d', 1), format_number(1234.5, 2) FROM customers
SELECT md5(name), sha1(name), sha2(name, 256), crc32(name), hash(name), xxhash64(name), base64(name), unbase64('YQ=='), hex(name) FROM customers
SELECT parse_url(note, 'HOST'), url_encode(note), url_decode(note), mask(note) FROM orders
SELECT if(amount > 100, 'large', 'small'), iff(amount > 1, 1, 0), nvl(note, 'none'), nvl2(note, 1, 0), ifnull(note, ''), nullif(status, 'paid'), zeroifnull(amount), decode(status, 'paid', 1, 0) FROM orders
SELECT cast(amount AS DECIMAL(12, 2)), amount::string AS t, int(amount), string(id), double(amount), to_number(note, '999.99'), to_char(amount, '999.99') FROM orders
SELECT round(amount, 2), bround(amount), ceil(amount), floor(amount), pmod(id, 7), id % 7 AS m, id DIV 7 AS d, sign(amount), abs(amount), power(amount, 2), sqrt(4), ln(2), log(2, 8), log10(100), exp(1) FROM orders
SELECT width_bucket(amount, 0, 1000, 10) AS bucket, count(*) FROM orders GROUP BY bucket
SELECT greatest(amount, 1), least(amount, 1), rand(), uuid(), isnan(amount), nanvl(amount, 0), typeof(amount), bit_count(id), shiftleft(id, 1) FROM orders
SELECT map_agg.k FROM (SELECT map('k', id) AS map_agg FROM orders) t
SELECT ai.id FROM orders AS ai TABLESAMPLE (10 PERCENT)
SELECT * FROM orders TABLESAMPLE (100 ROWS)
SELECT * FROM orders ORDER BY amount DESC NULLS LAST LIMIT 10 OFFSET 20
SELECT c.id FROM customers c LEFT SEMI JOIN orders o ON o.customer_id = c.id
SELECT c.id FROM customers c LEFT ANTI JOIN orders o ON o.customer_id = c.id
SELECT id FROM orders MINUS SELECT id FROM customers
SELECT id FROM orders EXCEPT SELECT id FROM customers
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t (n, letter)
SELECT * FROM range(12)
SELECT id AS n FROM range(1, 12)
SELECT `order count` FROM (SELECT count(*) AS `order count` FROM `default`.`orders`) AS t
SELECT to_varchar(amount, '999'), ucase(name), lcase(name), getdate(), curdate(), now() FROM customers
SELECT array_size(items), array_compact(items), array_insert(items, 1, 'x'), array_prepend(items, 'y'), array_repeat('x', 3), cardinality(items), get(items, 0) FROM orders
