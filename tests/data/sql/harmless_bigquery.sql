SELECT o.id, item FROM orders AS o, UNNEST(o.items) AS item
SELECT o.id, item.sku, place FROM orders AS o CROSS JOIN UNNEST(o.items) AS item WITH OFFSET AS place
SELECT o.id, item FROM orders o LEFT JOIN UNNEST(o.items) AS item
SELECT o.id, item FROM orders o, o.items AS item
SELECT id, (SELECT SUM(i.price) FROM UNNEST(items) AS i) AS total FROM orders
SELECT id, ARRAY(SELECT i.sku FROM UNNEST(items) AS i WHERE i.price > 10 ORDER BY i.price DESC) AS skus FROM orders
SELECT n FROM UNNEST(GENERATE_ARRAY(1, 12)) AS n
SELECT d FROM UNNEST(GENERATE_DATE_ARRAY('2024-01-01', '2024-12-31', INTERVAL 1 MONTH)) AS d
SELECT t FROM UNNEST(GENERATE_TIMESTAMP_ARRAY('2024-01-01', '2024-01-02', INTERVAL 1 HOUR)) AS t
SELECT * FROM UNNEST([1, 2, 3]) AS n
SELECT * FROM UNNEST([STRUCT(1 AS a, 'x' AS b), (2, 'y')])
SELECT * FROM orders WHERE 'gift' IN UNNEST(tags)
SELECT DATE_TRUNC(ordered, MONTH) AS month, SUM(amount) AS total FROM orders GROUP BY month ORDER BY month
SELECT DATE_TRUNC(ordered, WEEK(MONDAY)) AS week, COUNT(*) AS n FROM orders GROUP BY 1
SELECT TIMESTAMP_TRUNC(ordered, HOUR) AS hour_of_it, DATETIME_TRUNC(ordered, DAY) AS d FROM orders
SELECT DATE_ADD(ordered, INTERVAL 7 DAY) AS due, DATE_SUB(CURRENT_DATE(), INTERVAL 1 MONTH) AS last_month FROM orders
SELECT DATE_DIFF(CURRENT_DATE(), ordered, DAY) AS age, TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), ordered, MINUTE) AS m FROM orders
SELECT TIMESTAMP_ADD(ordered, INTERVAL 1 HOUR), TIMESTAMP_SUB(ordered, INTERVAL 1 HOUR), DATETIME_ADD(ordered, INTERVAL 1 DAY) FROM orders
SELECT EXTRACT(YEAR FROM ordered) AS y, EXTRACT(ISOWEEK FROM ordered) AS w, EXTRACT(DAYOFWEEK FROM ordered) AS d FROM orders
SELECT EXTRACT(DATE FROM ordered AT TIME ZONE 'Europe/Berlin') AS local_day FROM orders
SELECT FORMAT_DATE('%Y-%m', ordered), FORMAT_TIMESTAMP('%F %T', ordered), FORMAT_DATETIME('%A', ordered) FROM orders
SELECT PARSE_DATE('%d.%m.%Y', note), PARSE_TIMESTAMP('%F %T', note), PARSE_DATETIME('%F', note) FROM orders
SELECT DATE(2024, 1, 31), DATE(ordered, 'Europe/Berlin'), DATETIME(ordered), TIMESTAMP(ordered), TIME(12, 30, 0) FROM orders
SELECT LAST_DAY(ordered, MONTH), CURRENT_DATETIME(), CURRENT_DATE('Europe/Berlin') FROM orders
SELECT UNIX_SECONDS(ordered), UNIX_MILLIS(ordered), TIMESTAMP_SECONDS(1700000000), TIMESTAMP_MILLIS(1700000000000) FROM orders
SELECT UNIX_DATE(ordered), DATE_FROM_UNIX_DATE(19000) FROM orders
SELECT * FROM orders WHERE ordered BETWEEN DATE '2024-01-01' AND DATE '2024-03-31'
SELECT * FROM orders WHERE ordered >= TIMESTAMP '2024-01-01 00:00:00+00'
SELECT COUNTIF(status = 'paid') AS paid FROM orders
SELECT APPROX_COUNT_DISTINCT(customer_id), APPROX_QUANTILES(amount, 4)[OFFSET(2)] AS middle FROM orders
SELECT APPROX_TOP_COUNT(status, 3), APPROX_TOP_SUM(status, amount, 3) FROM orders
SELECT ANY_VALUE(note), ANY_VALUE(id HAVING MAX amount), MAX_BY(id, amount), MIN_BY(id, amount) FROM orders
SELECT ARRAY_AGG(id ORDER BY ordered DESC LIMIT 3) AS latest FROM orders GROUP BY customer_id
SELECT ARRAY_AGG(DISTINCT status IGNORE NULLS) AS states FROM orders
SELECT ARRAY_AGG(STRUCT(id, amount) ORDER BY amount DESC LIMIT 1)[OFFSET(0)].id AS best FROM orders GROUP BY status
SELECT STRING_AGG(DISTINCT status, ', ' ORDER BY status) AS states FROM orders
SELECT LOGICAL_AND(amount > 0), LOGICAL_OR(amount > 100), BIT_AND(id), BIT_OR(id), BIT_XOR(id) FROM orders
SELECT STDDEV(amount), STDDEV_POP(amount), VAR_SAMP(amount), VARIANCE(amount), CORR(amount, quantity), COVAR_SAMP(amount, quantity) FROM orders
SELECT PERCENTILE_CONT(amount, 0.5) OVER (PARTITION BY status) AS middle FROM orders
SELECT ARRAY_CONCAT_AGG(tags) FROM orders
SELECT id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY ordered DESC) AS r FROM orders QUALIFY r = 1
SELECT * FROM orders WHERE TRUE QUALIFY RANK() OVER (PARTITION BY status ORDER BY amount DESC) <= 3
SELECT id, LAG(amount, 1, 0) OVER (ORDER BY ordered) AS earlier, LEAD(amount) OVER (ORDER BY ordered) AS later FROM orders
SELECT id, FIRST_VALUE(note IGNORE NULLS) OVER (PARTITION BY customer_id ORDER BY ordered) AS first_note FROM orders
SELECT id, LAST_VALUE(amount) OVER (ORDER BY ordered ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_one FROM orders
SELECT id, NTH_VALUE(amount, 2) OVER (ORDER BY id), CUME_DIST() OVER (ORDER BY amount), PERCENT_RANK() OVER (ORDER BY amount) FROM orders
SELECT id, SUM(amount) OVER w AS s FROM orders WINDOW w AS (PARTITION BY status ORDER BY id)
SELECT id, SUM(amount) OVER (ORDER BY UNIX_DATE(ordered) RANGE BETWEEN 6 PRECEDING AND CURRENT ROW) AS week FROM orders
SELECT region, status, SUM(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY ROLLUP (region, status)
SELECT region, status, SUM(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY CUBE (region, status)
SELECT region, status, GROUPING(region), SUM(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY GROUPING SETS ((region), (status), ())
SELECT status, SUM(amount) AS total FROM orders GROUP BY ALL
SELECT * FROM (SELECT status, quantity, amount FROM orders) PIVOT (SUM(amount) AS total FOR status IN ('paid', 'sent'))
SELECT * FROM (SELECT id, amount, quantity FROM orders) UNPIVOT (value FOR measure IN (amount, quantity))
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 12) SELECT i FROM n
SELECT * EXCEPT (note) FROM orders
SELECT * REPLACE (ROUND(amount, 0) AS amount) FROM orders
SELECT o.* EXCEPT (id), c.name FROM orders o JOIN customers c ON c.id = o.customer_id
SELECT JSON_VALUE(doc, '$.customer.name') AS name, JSON_QUERY(doc, '$.items') AS items FROM orders
SELECT JSON_EXTRACT_SCALAR(doc, '$.a'), JSON_EXTRACT(doc, '$.b'), JSON_EXTRACT_ARRAY(doc, '$.c'), JSON_EXTRACT_STRING_ARRAY(doc, '$.d') FROM orders
SELECT JSON_VALUE_ARRAY(doc, '$.tags') AS tags, JSON_QUERY_ARRAY(doc, '$.items') AS items FROM orders
SELECT PARSE_JSON('{"a": 1}') AS doc, TO_JSON_STRING(STRUCT(1 AS a)) AS t, TO_JSON(o) AS j FROM orders o
SELECT doc.customer.name AS name, doc.items[0].sku AS sku FROM orders
SELECT INT64(doc.n), FLOAT64(doc.x), BOOL(doc.b), STRING(doc.s), LAX_INT64(doc.n), JSON_TYPE(doc.n) FROM orders
SELECT JSON_OBJECT('id', id, 'amount', amount) AS doc, JSON_ARRAY(id, amount) AS pair, JSON_KEYS(doc) AS names FROM orders
SELECT [1, 2, 3][OFFSET(0)] AS a, [1, 2, 3][ORDINAL(1)] AS b, items[SAFE_OFFSET(9)] AS c FROM orders
SELECT ARRAY_LENGTH(items), ARRAY_REVERSE(items), ARRAY_TO_STRING(tags, ', '), ARRAY_CONCAT(tags, ['x']) FROM orders
SELECT STRUCT(1 AS a, 'x' AS b).a AS a, STRUCT<x INT64, y STRING>(1, 'a').y AS y FROM orders
SELECT IF(amount > 100, 'large', 'small') AS size, IFNULL(note, 'none'), COALESCE(note, status), NULLIF(status, 'paid') FROM orders
SELECT SAFE_DIVIDE(amount, quantity), IEEE_DIVIDE(amount, quantity), SAFE_CAST(note AS INT64), SAFE.SUBSTR(note, 0, 2) FROM orders
SELECT SAFE_ADD(id, 1), SAFE_SUBTRACT(id, 1), SAFE_MULTIPLY(id, 2), SAFE_NEGATE(id) FROM orders
SELECT CAST(amount AS NUMERIC), CAST(amount AS STRING), CAST(ordered AS STRING FORMAT 'YYYY-MM-DD'), CAST(note AS BIGNUMERIC) FROM orders
SELECT REGEXP_CONTAINS(note, r'^gift'), REGEXP_EXTRACT(note, r'(\d+)'), REGEXP_REPLACE(note, r'[^a-z]', ''), REGEXP_EXTRACT_ALL(note, r'[a-z]+') FROM orders
SELECT REGEXP_INSTR(note, 'a'), REGEXP_SUBSTR(note, 'b'), CONTAINS_SUBSTR(note, 'gift') FROM orders
SELECT SPLIT(note, ',')[SAFE_OFFSET(0)] AS first_word, STRPOS(note, 'a'), INSTR(note, 'a', 1, 2) FROM orders
SELECT CONCAT(name, ' ', region), name || '!' AS loud, UPPER(name), INITCAP(name), LPAD(name, 10), REPEAT('-', 3), REVERSE(name) FROM customers
SELECT STARTS_WITH(name, 'a'), ENDS_WITH(name, 'z'), LENGTH(name), BYTE_LENGTH(name), CHAR_LENGTH(name), LEFT(name, 2), RIGHT(name, 2), SUBSTR(name, 1, 3) FROM customers
SELECT TRIM(name), LTRIM(name, 'x'), RTRIM(name), TRANSLATE(name, 'ab', 'xy'), NORMALIZE(name, NFC), SOUNDEX(name), EDIT_DISTANCE(name, 'x') FROM customers
SELECT FORMAT('%s: %.2f', name, 1.5), TO_CODE_POINTS(name), CODE_POINTS_TO_STRING([97, 98]), ASCII(name), CHR(97), UNICODE(name) FROM customers
SELECT MD5(name), TO_HEX(SHA256(name)), TO_BASE64(SHA1(name)), FARM_FINGERPRINT(name), FROM_BASE64('YQ=='), FROM_HEX('61') FROM customers
SELECT RANGE_BUCKET(amount, [0, 10, 100]) AS bucket, COUNT(*) AS n FROM orders GROUP BY bucket
SELECT ROUND(amount, 1), TRUNC(amount), CEIL(amount), FLOOR(amount), MOD(id, 7), DIV(id, 7), SIGN(amount), ABS(amount), POW(amount, 2), SQRT(4), LN(2), LOG(8, 2), LOG10(100), EXP(1) FROM orders
SELECT IS_NAN(1.0), IS_INF(1.0), GREATEST(1, 2), LEAST(1, 2), RAND(), GENERATE_UUID(), BIT_COUNT(7) FROM orders
SELECT ST_DISTANCE(ST_GEOGPOINT(13.4, 52.5), ST_GEOGPOINT(-74.0, 40.7)) AS metres FROM orders
SELECT ST_ASTEXT(ST_GEOGPOINT(1, 2)), ST_DWITHIN(ST_GEOGPOINT(1, 2), ST_GEOGPOINT(1, 3), 1000), ST_X(ST_GEOGPOINT(1, 2)), ST_Y(ST_GEOGPOINT(1, 2)) FROM orders
SELECT * FROM orders TABLESAMPLE SYSTEM (10 PERCENT)
SELECT * FROM orders ORDER BY amount DESC NULLS LAST LIMIT 10 OFFSET 20
SELECT id FROM orders UNION DISTINCT SELECT id FROM customers
SELECT id FROM orders INTERSECT DISTINCT SELECT id FROM customers
SELECT id FROM orders EXCEPT DISTINCT SELECT id FROM customers
SELECT `order count` FROM (SELECT COUNT(*) AS `order count` FROM `orders`) AS t
SELECT DISTINCT status, COUNT(DISTINCT customer_id) OVER (PARTITION BY status) AS n FROM orders
SELECT * FROM orders WHERE LOWER(note) LIKE '%gift%' AND status NOT IN ('lost', 'returned')
SELECT * FROM orders WHERE note IS DISTINCT FROM status
SELECT * FROM orders WHERE (status, quantity) IN (('paid', 1), ('sent', 2))
SELECT CASE WHEN amount IS NULL THEN 'none' WHEN amount < 10 THEN 'small' ELSE 'large' END AS size, COUNT(*) AS n FROM orders GROUP BY size HAVING n > 1
SELECT c.name, SUM(o.amount) AS total FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.region = "north" GROUP BY c.name
SELECT FORMAT_DATE('%b %Y', DATE_TRUNC(ordered, MONTH)) AS label, ROUND(SUM(amount), 2) AS total FROM orders GROUP BY label
SELECT SUM(IF(status = 'paid', amount, 0)) AS paid, SUM(IF(status = 'sent', 1, 0)) AS sent FROM orders
SELECT ordered, SUM(SUM(amount)) OVER (ORDER BY ordered) AS running FROM orders GROUP BY ordered
SELECT a.n, b.m FROM (SELECT COUNT(*) AS n FROM orders) AS a CROSS JOIN (SELECT COUNT(*) AS m FROM customers) AS b
SELECT status, SUM(amount) / SUM(SUM(amount)) OVER () AS share FROM orders GROUP BY status
