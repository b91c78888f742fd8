SELECT f.value AS item FROM orders, LATERAL FLATTEN(INPUT => orders.items) f
SELECT o.id, f.index, f.value:sku::string AS sku FROM orders o, LATERAL FLATTEN(input => o.items) f
SELECT o.id, f.value FROM orders o, TABLE(FLATTEN(INPUT => o.items)) f
SELECT o.id, f.key, f.value FROM orders o, LATERAL FLATTEN(INPUT => o.doc, PATH => 'address', OUTER => TRUE) f
SELECT f.path, f.value FROM orders o, LATERAL FLATTEN(INPUT => o.doc, RECURSIVE => TRUE, MODE => 'OBJECT') f
SELECT s.value::int AS n FROM orders o, LATERAL SPLIT_TO_TABLE(o.note, ',') s
SELECT s.value FROM orders o, TABLE(SPLIT_TO_TABLE(o.note, ';')) AS s
SELECT t.value FROM orders o, LATERAL STRTOK_SPLIT_TO_TABLE(o.note, ' ') t
SELECT doc:customer.name::string AS name FROM orders
SELECT doc:items[0].sku::varchar AS first_sku FROM orders
SELECT doc['customer']['name']::string AS name FROM orders
SELECT JSON_EXTRACT_PATH_TEXT(doc, 'customer.name') AS name FROM orders
SELECT GET_PATH(PARSE_JSON(note), 'a.b') AS b FROM orders
SELECT GET(items, 0) AS first_item, GET(doc, 'city') AS city FROM orders
SELECT PARSE_JSON('{"a": 1}'):a::int AS a FROM orders
SELECT TRY_PARSE_JSON(note) AS doc FROM orders
SELECT TO_JSON(OBJECT_CONSTRUCT('id', id, 'amount', amount)) AS doc FROM orders
SELECT OBJECT_AGG(status, n) AS counts FROM (SELECT status, COUNT(*) AS n FROM orders GROUP BY status) t
SELECT OBJECT_KEYS(doc) AS keys_of_it, TYPEOF(doc:a) AS kind FROM orders
SELECT OBJECT_DELETE(doc, 'secret_part') AS rest, OBJECT_PICK(doc, 'a', 'b') AS part FROM orders
SELECT OBJECT_INSERT(doc, 'total', amount) AS with_total FROM orders
SELECT IS_NULL_VALUE(doc:a) AS is_json_null, CHECK_JSON(note) AS fault FROM orders
SELECT ARRAY_AGG(id) WITHIN GROUP (ORDER BY ordered) AS ids FROM orders GROUP BY customer_id
SELECT ARRAY_AGG(DISTINCT status) AS states FROM orders
SELECT ARRAY_SIZE(items) AS n, ARRAY_CONTAINS('x'::variant, items) AS has_x FROM orders
SELECT ARRAY_CONSTRUCT(1, 2, 3) AS three, ARRAY_SLICE(items, 0, 2) AS two FROM orders
SELECT ARRAY_TO_STRING(items, ', ') AS listed, ARRAY_POSITION('a'::variant, items) AS place FROM orders
SELECT ARRAY_DISTINCT(items), ARRAY_COMPACT(items), ARRAY_SORT(items) FROM orders
SELECT ARRAY_INTERSECTION(a.items, b.items) AS both_have, ARRAYS_OVERLAP(a.items, b.items) AS any_of FROM orders a JOIN orders b ON a.id = b.id + 1
SELECT ARRAY_MIN(items), ARRAY_MAX(items), ARRAY_FLATTEN(ARRAY_CONSTRUCT(items, items)) FROM orders
SELECT ARRAY_APPEND(items, 'x') AS more, ARRAY_PREPEND(items, 'y') AS before, ARRAY_INSERT(items, 1, 'z') AS inside FROM orders
SELECT FILTER(items, i -> i > 10) AS large FROM orders
SELECT TRANSFORM(items, i INT -> i * 2) AS doubled FROM orders
SELECT REDUCE(items, 0, (total, i) -> total + i) AS total FROM orders
SELECT DATE_TRUNC('month', ordered) AS month, SUM(amount) AS total FROM orders GROUP BY 1 ORDER BY 1
SELECT DATE_TRUNC(QUARTER, ordered) AS quarter_of_it FROM orders
SELECT DATEADD(day, 7, ordered) AS due, DATEDIFF('day', ordered, CURRENT_DATE()) AS age FROM orders
SELECT DATEADD(MONTH, -1, DATE_TRUNC('MONTH', CURRENT_DATE)) AS last_month FROM orders
SELECT DATE_PART(year, ordered) AS y, EXTRACT(dow FROM ordered) AS d FROM orders
SELECT YEAR(ordered), MONTH(ordered), DAY(ordered), WEEK(ordered), QUARTER(ordered) FROM orders
SELECT DAYNAME(ordered), MONTHNAME(ordered), DAYOFWEEKISO(ordered), WEEKISO(ordered) FROM orders
SELECT LAST_DAY(ordered, 'month') AS end_of_month, NEXT_DAY(ordered, 'Friday') AS friday FROM orders
SELECT TIME_SLICE(ordered, 15, 'MINUTE', 'START') AS slot, COUNT(*) AS n FROM orders GROUP BY slot
SELECT TO_DATE('2024-01-31'), TO_DATE(note, 'DD.MM.YYYY'), TRY_TO_DATE(note) FROM orders
SELECT TO_TIMESTAMP_NTZ(ordered), TO_TIMESTAMP(note, 'YYYY-MM-DD HH24:MI:SS') FROM orders
SELECT CONVERT_TIMEZONE('UTC', 'Europe/Berlin', ordered) AS local_time FROM orders
SELECT DATE_FROM_PARTS(2024, 1, 31), TIME_FROM_PARTS(12, 30, 0), TIMESTAMP_FROM_PARTS(2024, 1, 31, 12, 30, 0) FROM orders
SELECT ordered::date AS day_of_it, ordered::timestamp_ntz AS t FROM orders
SELECT TO_CHAR(ordered, 'YYYY-MM') AS month, TO_CHAR(amount, '999,999.00') AS shown FROM orders
SELECT ADD_MONTHS(ordered, 3), MONTHS_BETWEEN(CURRENT_DATE, ordered) FROM orders
SELECT TIMESTAMPDIFF(hour, ordered, CURRENT_TIMESTAMP()) AS hours FROM orders
SELECT * FROM orders WHERE ordered >= CURRENT_DATE - INTERVAL '30 days'
SELECT * FROM orders WHERE ordered BETWEEN '2024-01-01'::date AND '2024-03-31'::date
SELECT IFF(amount > 100, 'large', 'small') AS size FROM orders
SELECT NVL(note, 'none'), NVL2(note, 'some', 'none'), ZEROIFNULL(amount), NULLIFZERO(amount) FROM orders
SELECT DECODE(status, 'paid', 1, 'sent', 2, 0) AS code FROM orders
SELECT DIV0(amount, quantity), DIV0NULL(amount, quantity), RATIO_TO_REPORT(amount) OVER (PARTITION BY status) FROM orders
SELECT EQUAL_NULL(note, status) AS same FROM orders
SELECT COUNT_IF(status = 'paid') AS paid FROM orders
SELECT BOOLAND_AGG(amount > 0), BOOLOR_AGG(amount > 100) FROM orders
SELECT APPROX_COUNT_DISTINCT(customer_id), HLL(customer_id), APPROX_PERCENTILE(amount, 0.5), APPROX_TOP_K(status, 3) FROM orders
SELECT MEDIAN(amount), MODE(status), STDDEV(amount), VARIANCE(amount), SKEW(amount), KURTOSIS(amount) FROM orders
SELECT PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY amount) AS p90 FROM orders
SELECT LISTAGG(DISTINCT status, ', ') WITHIN GROUP (ORDER BY status) AS states FROM orders
SELECT MIN_BY(id, amount), MAX_BY(id, amount), ANY_VALUE(note) FROM orders
SELECT CORR(amount, quantity), REGR_SLOPE(amount, quantity), COVAR_POP(amount, quantity) FROM orders
SELECT id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY ordered DESC) AS r FROM orders QUALIFY r = 1
SELECT * FROM orders QUALIFY ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY amount DESC) <= 3
SELECT status, SUM(amount) AS total FROM orders GROUP BY status QUALIFY RANK() OVER (ORDER BY SUM(amount) DESC) <= 2
SELECT id, CONDITIONAL_CHANGE_EVENT(status) OVER (PARTITION BY customer_id ORDER BY ordered) AS change FROM orders
SELECT id, CONDITIONAL_TRUE_EVENT(amount > 100) OVER (ORDER BY id) AS n FROM orders
SELECT id, LAG(amount, 1, 0) IGNORE NULLS OVER (ORDER BY ordered) AS earlier FROM orders
SELECT id, LAST_VALUE(note IGNORE NULLS) OVER (PARTITION BY customer_id ORDER BY ordered) AS last_note FROM orders
SELECT id, SUM(amount) OVER (ORDER BY ordered RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) AS week FROM orders
SELECT id, NTH_VALUE(amount, 2) FROM FIRST OVER (PARTITION BY status ORDER BY id) AS second_one FROM orders
SELECT region, status, SUM(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY ROLLUP (region, status)
SELECT region, status, SUM(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY CUBE (region, status)
SELECT region, status, GROUPING(region), SUM(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY GROUPING SETS ((region), (status), ())
SELECT status, SUM(amount) AS total FROM orders GROUP BY ALL
SELECT * FROM (SELECT status, quantity, amount FROM orders) PIVOT (SUM(amount) FOR status IN ('paid', 'sent')) AS p
SELECT * FROM (SELECT id, amount, quantity FROM orders) UNPIVOT (value FOR measure IN (amount, quantity))
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 12) SELECT i FROM n
SELECT SEQ4() AS i FROM TABLE(GENERATOR(ROWCOUNT => 12))
SELECT DATEADD(day, SEQ4(), '2024-01-01') AS day_of_it FROM TABLE(GENERATOR(ROWCOUNT => 366)) AS g
SELECT * EXCLUDE (note) FROM orders
SELECT * EXCLUDE note RENAME (amount AS value_of_it) FROM orders
SELECT * REPLACE (ROUND(amount) AS amount) FROM orders
SELECT * ILIKE '%amount%' FROM orders
SELECT c.name, o.amount FROM customers c ASOF JOIN orders o MATCH_CONDITION (c.since >= o.ordered) ON c.id = o.customer_id
SELECT c.name, l.amount FROM customers c, LATERAL (SELECT amount FROM orders o WHERE o.customer_id = c.id ORDER BY amount DESC LIMIT 3) l
SELECT * FROM orders SAMPLE (10)
SELECT * FROM orders TABLESAMPLE BERNOULLI (5)
SELECT * FROM orders SAMPLE (100 ROWS)
SELECT TOP 10 * FROM orders ORDER BY amount DESC
SELECT * FROM orders ORDER BY amount DESC NULLS LAST LIMIT 10 OFFSET 20
SELECT * FROM orders WHERE status ILIKE 'P%' OR note LIKE ANY ('%gift%', '%card%')
SELECT * FROM orders WHERE RLIKE(status, 'p.*', 'i') OR CONTAINS(note, 'x') OR STARTSWITH(note, 'a') OR ENDSWITH(note, 'z')
SELECT REGEXP_SUBSTR(note, '[0-9]+'), REGEXP_REPLACE(note, '[^a-z]', ''), REGEXP_COUNT(note, 'a'), REGEXP_INSTR(note, 'b') FROM orders
SELECT SPLIT_PART(note, '-', 1), SPLIT(note, ','), STRTOK(note, ' ', 2) FROM orders
SELECT INITCAP(name), LEFT(name, 3), RIGHT(name, 2), LEN(name), CHARINDEX('a', name), EDITDISTANCE(name, 'x') FROM customers
SELECT name || ' (' || region || ')' AS label, CONCAT_WS(', ', name, region) AS other FROM customers
SELECT TRY_CAST(note AS NUMBER(10, 2)) AS n, TRY_TO_NUMBER(note) AS m, TRY_TO_DECIMAL(note, 10, 2) AS d FROM orders
SELECT TO_NUMBER(note, 10, 2), TO_DOUBLE(note), TO_BOOLEAN(note), TO_VARCHAR(amount) FROM orders
SELECT WIDTH_BUCKET(amount, 0, 1000, 10) AS bucket, COUNT(*) AS n FROM orders GROUP BY bucket
SELECT SQUARE(amount), CEIL(amount), FLOOR(amount), TRUNC(amount, 1), MOD(id, 7), SIGN(amount), GREATEST(amount, 1), LEAST(amount, 1) FROM orders
SELECT HAVERSINE(40.7, -74.0, 52.5, 13.4) AS km FROM orders
SELECT MD5(name), SHA2(name, 256), HASH(id, name) FROM customers
SELECT BITAND(id, 1), BITOR(id, 1), BITXOR(id, 1) FROM orders
SELECT id FROM orders MINUS SELECT id FROM customers
SELECT "Total Amount" FROM (SELECT SUM(amount) AS "Total Amount" FROM SHOP.ORDERS) t
