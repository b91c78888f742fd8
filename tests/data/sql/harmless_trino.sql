SELECT o.id, t.item FROM orders o CROSS JOIN UNNEST(o.items) AS t (item)
SELECT o.id, t.item, t.place FROM orders o CROSS JOIN UNNEST(o.items) WITH ORDINALITY AS t (item, place)
SELECT o.id, t.k, t.v FROM orders o CROSS JOIN UNNEST(o.attributes) AS t (k, v)
SELECT o.id, t.item FROM orders o LEFT JOIN UNNEST(o.items) AS t (item) ON TRUE
SELECT n FROM UNNEST(sequence(1, 12)) AS t (n)
SELECT d FROM UNNEST(sequence(DATE '2024-01-01', DATE '2024-12-31', INTERVAL '1' DAY)) AS t (d)
SELECT c.name, l.amount FROM customers c CROSS JOIN LATERAL (SELECT amount FROM orders o WHERE o.customer_id = c.id ORDER BY amount DESC LIMIT 3) l
SELECT date_trunc('month', ordered) AS month, sum(amount) AS total FROM orders GROUP BY 1 ORDER BY 1
SELECT date_add('day', 7, ordered) AS due, date_diff('day', ordered, current_date) AS age FROM orders
SELECT date_format(ordered, '%Y-%m') AS month, format_datetime(ordered, 'yyyy-MM') AS other FROM orders
SELECT date_parse(note, '%Y-%m-%d'), parse_datetime(note, 'yyyy-MM-dd') FROM orders
SELECT from_iso8601_timestamp(note), from_iso8601_date(note), to_iso8601(ordered) FROM orders
SELECT from_unixtime(1700000000), to_unixtime(ordered) FROM orders
SELECT year(ordered), quarter(ordered), month(ordered), week(ordered), day(ordered), hour(ordered) FROM orders
SELECT day_of_week(ordered), day_of_year(ordered), year_of_week(ordered), last_day_of_month(ordered) FROM orders
SELECT extract(year FROM ordered) AS y, extract(month FROM ordered) AS m FROM orders
SELECT ordered AT TIME ZONE 'Europe/Berlin' AS local_time FROM orders
SELECT at_timezone(ordered, 'UTC'), with_timezone(ordered, 'UTC') FROM orders
SELECT * FROM orders WHERE ordered >= DATE '2024-01-01' AND ordered < DATE '2024-01-01' + INTERVAL '1' MONTH
SELECT * FROM orders WHERE ordered > current_timestamp - INTERVAL '30' DAY
SELECT date(ordered) AS d, CAST(ordered AS date) AS e FROM orders
SELECT human_readable_seconds(96), parse_duration('5m') FROM orders
SELECT count(*) FILTER (WHERE status = 'paid') AS paid, sum(amount) FILTER (WHERE status = 'sent') AS sent FROM orders
SELECT count_if(status = 'paid') AS paid FROM orders
SELECT approx_distinct(customer_id), approx_percentile(amount, 0.5), approx_percentile(amount, ARRAY[0.25, 0.75]) FROM orders
SELECT arbitrary(note), any_value(note), max_by(id, amount), min_by(id, amount), max(amount, 3) FROM orders
SELECT array_agg(id ORDER BY ordered DESC) AS ids FROM orders GROUP BY customer_id
SELECT array_agg(DISTINCT status) FILTER (WHERE status IS NOT NULL) AS states FROM orders
SELECT listagg(status, ', ') WITHIN GROUP (ORDER BY status) AS states FROM orders
SELECT map_agg(status, amount) AS by_status, multimap_agg(status, id) AS ids, histogram(status) AS counts FROM orders
SELECT bool_and(amount > 0), bool_or(amount > 100), every(amount > 0) FROM orders
SELECT geometric_mean(amount), skewness(amount), kurtosis(amount), entropy(quantity), stddev(amount), variance(amount) FROM orders
SELECT corr(amount, quantity), covar_pop(amount, quantity), regr_slope(amount, quantity) FROM orders
SELECT numeric_histogram(10, amount) AS bins FROM orders
SELECT checksum(id) FROM orders
SELECT reduce_agg(amount, 0, (a, b) -> a + b, (a, b) -> a + b) AS total FROM orders
SELECT region, status, sum(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY ROLLUP (region, status)
SELECT region, status, sum(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY CUBE (region, status)
SELECT region, status, grouping(region, status), sum(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY GROUPING SETS ((region), (status), ())
SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY ordered DESC) AS r FROM orders
SELECT id, lag(amount, 1, 0) OVER (ORDER BY ordered) AS earlier, lead(amount) IGNORE NULLS OVER (ORDER BY ordered) AS later FROM orders
SELECT id, first_value(note) IGNORE NULLS OVER (PARTITION BY customer_id ORDER BY ordered) AS first_note FROM orders
SELECT id, nth_value(amount, 2) OVER (PARTITION BY status ORDER BY id) AS second_one FROM orders
SELECT id, sum(amount) OVER w AS s, avg(amount) OVER w AS a FROM orders WINDOW w AS (PARTITION BY status ORDER BY id)
SELECT id, sum(amount) OVER (ORDER BY ordered RANGE BETWEEN INTERVAL '7' DAY PRECEDING AND CURRENT ROW) AS week FROM orders
SELECT id, sum(amount) OVER (ORDER BY quantity GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s FROM orders
SELECT id, percent_rank() OVER (ORDER BY amount), cume_dist() OVER (ORDER BY amount), ntile(4) OVER (ORDER BY amount) FROM orders
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 12) SELECT i FROM n
WITH t (status, n) AS (SELECT status, count(*) FROM orders GROUP BY status) SELECT * FROM t WHERE n > 10
SELECT json_extract(doc, '$.customer.name') AS name, json_extract_scalar(doc, '$.items[0].sku') AS sku FROM orders
SELECT json_value(doc, 'lax $.customer.name') AS name FROM orders
SELECT json_value(doc, 'strict $.total' RETURNING double) AS total FROM orders
SELECT json_query(doc, 'lax $.items[*].sku' WITH ARRAY WRAPPER) AS skus FROM orders
SELECT id FROM orders WHERE json_exists(doc, 'lax $.discount')
SELECT json_parse(note), json_format(json_parse(note)), json_array_length(doc), json_size(doc, '$.items') FROM orders
SELECT json_object('id' : id, 'amount' : amount) AS doc FROM orders
SELECT json_array(id, amount) AS doc FROM orders
SELECT CAST(json_extract(doc, '$.items') AS array(varchar)) AS skus FROM orders
SELECT CAST(map(ARRAY['a', 'b'], ARRAY[1, 2]) AS json) AS doc FROM orders
SELECT json_array_get(doc, 0), json_array_contains(doc, 1), is_json_scalar(doc) FROM orders
SELECT ARRAY[1, 2, 3] AS three, ARRAY[1, 2][1] AS one FROM orders
SELECT cardinality(items), contains(items, 'x'), element_at(items, 1), array_position(items, 'x') FROM orders
SELECT array_distinct(items), array_sort(items), array_max(items), array_min(items), array_join(items, ', ') FROM orders
SELECT array_intersect(a.items, b.items), array_union(a.items, b.items), array_except(a.items, b.items), arrays_overlap(a.items, b.items) FROM orders a JOIN orders b ON a.id = b.id + 1
SELECT filter(items, i -> i > 10), transform(items, i -> i * 2), reduce(items, 0, (s, i) -> s + i, s -> s) FROM orders
SELECT any_match(items, i -> i > 10), all_match(items, i -> i > 0), none_match(items, i -> i < 0) FROM orders
SELECT array_sort(items, (a, b) -> IF(a < b, 1, -1)) AS descending FROM orders
SELECT slice(items, 1, 2), flatten(ARRAY[items, items]), reverse(items), shuffle(items), array_remove(items, 'x') FROM orders
SELECT zip(items, items), zip_with(items, items, (a, b) -> a + b), ngrams(items, 2), combinations(items, 2) FROM orders
SELECT map_keys(attributes), map_values(attributes), attributes['color'], element_at(attributes, 'size'), map_concat(attributes, attributes) FROM orders
SELECT map_filter(attributes, (k, v) -> v IS NOT NULL), transform_values(attributes, (k, v) -> upper(v)), transform_keys(attributes, (k, v) -> lower(k)) FROM orders
SELECT map_from_entries(ARRAY[ROW('a', 1), ROW('b', 2)]), map_entries(attributes) FROM orders
SELECT CAST(ROW(1, 'a') AS ROW(x bigint, y varchar)).y AS y FROM orders
SELECT split(note, ','), split_part(note, '-', 1), split_to_map(note, ',', '='), strpos(note, 'a') FROM orders
SELECT regexp_extract(note, '\d+'), regexp_extract(note, '(a)(b)', 1), regexp_extract_all(note, '[a-z]+'), regexp_count(note, 'a') FROM orders
SELECT regexp_replace(note, '[^a-z]', ''), regexp_split(note, '\s+'), regexp_position(note, 'b') FROM orders
SELECT * FROM orders WHERE regexp_like(note, '^gift') OR starts_with(note, 'x')
SELECT concat(name, ' ', region), concat_ws(', ', name, region), name || '!' AS loud, lpad(name, 10, ' '), rpad(name, 10, ' ') FROM customers
SELECT length(name), reverse(name), substr(name, 1, 3), substring(name, 2), position('a' IN name), codepoint('a'), chr(97) FROM customers
SELECT trim(name), ltrim(name), rtrim(name), trim(BOTH 'x' FROM name), translate(name, 'ab', 'xy'), normalize(name), soundex(name) FROM customers
SELECT levenshtein_distance(name, 'x'), hamming_distance('ab', 'ac'), word_stem(name) FROM customers
SELECT format('%s: %.2f', name, 1.5), format_number(1234567) FROM customers
SELECT to_hex(md5(to_utf8(name))), to_base64(sha256(to_utf8(name))), crc32(to_utf8(name)), xxhash64(to_utf8(name)) FROM customers
SELECT url_extract_host(note), url_extract_path(note), url_extract_parameter(note, 'q'), url_encode(note), url_decode(note) FROM orders
SELECT url_extract_query(note), url_extract_protocol(note), url_extract_port(note), url_extract_fragment(note) FROM orders
SELECT IF(amount > 100, 'large', 'small') AS size, TRY(amount / quantity) AS price, coalesce(note, 'none') AS n FROM orders
SELECT try_cast(note AS bigint), CAST(amount AS decimal(12, 2)), typeof(amount) FROM orders
SELECT width_bucket(amount, 0, 1000, 10) AS bucket, count(*) FROM orders GROUP BY 1
SELECT truncate(amount), mod(id, 7), sign(amount), cbrt(amount), log(2, 8), greatest(amount, 1), least(amount, 1), pi(), e() FROM orders
SELECT bitwise_and(id, 1), bitwise_or(id, 1), bitwise_xor(id, 1), bit_count(id, 64), bitwise_not(id) FROM orders
SELECT is_nan(amount), is_finite(amount), is_infinite(amount), nan(), infinity() FROM orders
SELECT random(), rand(), random(1, 10), uuid() FROM orders
SELECT normal_cdf(0, 1, 1.96), inverse_normal_cdf(0, 1, 0.975) FROM orders
SELECT * FROM orders ORDER BY amount DESC NULLS LAST OFFSET 20 ROWS FETCH FIRST 10 ROWS ONLY
SELECT * FROM orders ORDER BY amount DESC FETCH FIRST 3 ROWS WITH TIES
SELECT * FROM orders ORDER BY id OFFSET 5 LIMIT 10
SELECT * FROM orders TABLESAMPLE BERNOULLI (10)
SELECT * FROM orders TABLESAMPLE SYSTEM (10)
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT id FROM orders EXCEPT SELECT id FROM customers
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (n, letter)
SELECT * FROM orders WHERE (status, quantity) IN (VALUES ('paid', 1), ('sent', 2))
SELECT * FROM orders WHERE amount > ALL (SELECT amount FROM orders WHERE status = 'sent')
SELECT * FROM orders WHERE note IS DISTINCT FROM status
SELECT "order count" FROM (SELECT count(*) AS "order count" FROM "default"."orders") t
