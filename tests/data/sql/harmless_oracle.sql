SELECT SYSDATE, SYSTIMESTAMP, CURRENT_DATE FROM dual
SELECT 1 AS one FROM DUAL
SELECT TRUNC(ordered, 'MM') AS month, SUM(amount) AS total FROM orders GROUP BY TRUNC(ordered, 'MM') ORDER BY 1
SELECT TRUNC(ordered) AS d, TRUNC(ordered, 'Q') AS q, TRUNC(ordered, 'IW') AS w, ROUND(ordered, 'YYYY') AS y FROM orders
SELECT EXTRACT(YEAR FROM ordered) AS y, EXTRACT(MONTH FROM ordered) AS m, EXTRACT(DAY FROM ordered) AS d FROM orders
SELECT TO_CHAR(ordered, 'YYYY-MM') AS month, TO_CHAR(ordered, 'Day') AS d, TO_CHAR(amount, '999G999D99') AS shown FROM orders
SELECT TO_DATE('2024-01-31', 'YYYY-MM-DD'), TO_TIMESTAMP('2024-01-31 12:00:00', 'YYYY-MM-DD HH24:MI:SS') FROM dual
SELECT ADD_MONTHS(ordered, 3), MONTHS_BETWEEN(SYSDATE, ordered), LAST_DAY(ordered), NEXT_DAY(ordered, 'FRIDAY') FROM orders
SELECT ordered + 7 AS due, SYSDATE - ordered AS age FROM orders
SELECT ordered + INTERVAL '7' DAY AS due, ordered - INTERVAL '1' MONTH AS before FROM orders
SELECT NUMTODSINTERVAL(90, 'MINUTE'), NUMTOYMINTERVAL(3, 'MONTH'), TO_DSINTERVAL('1 02:00:00'), TO_YMINTERVAL('1-2') FROM dual
SELECT CAST(ordered AS TIMESTAMP) AT TIME ZONE 'Europe/Berlin' AS local_time FROM orders
SELECT FROM_TZ(CAST(ordered AS TIMESTAMP), 'UTC') AS t FROM orders
SELECT SYS_EXTRACT_UTC(SYSTIMESTAMP), TZ_OFFSET('Europe/Berlin'), NEW_TIME(ordered, 'GMT', 'EST') FROM orders
SELECT * FROM orders WHERE ordered >= DATE '2024-01-01' AND ordered < DATE '2024-04-01'
SELECT * FROM orders WHERE ordered >= TIMESTAMP '2024-01-01 00:00:00'
SELECT * FROM orders WHERE ordered > SYSDATE - 30
SELECT NVL(note, 'none'), NVL2(note, 'some', 'none'), COALESCE(note, status), NULLIF(status, 'paid') FROM orders
SELECT DECODE(status, 'paid', 1, 'sent', 2, 0) AS code FROM orders
SELECT LNNVL(amount > 100) AS c FROM orders
SELECT LISTAGG(status, ', ') WITHIN GROUP (ORDER BY status) AS states FROM orders
SELECT LISTAGG(DISTINCT status, ', ') WITHIN GROUP (ORDER BY status) AS states FROM orders GROUP BY customer_id
SELECT LISTAGG(note, ',' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY id) AS notes FROM orders
SELECT MEDIAN(amount), STATS_MODE(status), STDDEV(amount), VARIANCE(amount), STDDEV_POP(amount), VAR_SAMP(amount) FROM orders
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) AS p50, PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY amount) AS p90 FROM orders
SELECT APPROX_COUNT_DISTINCT(customer_id), APPROX_MEDIAN(amount) FROM orders
SELECT MAX(id) KEEP (DENSE_RANK LAST ORDER BY amount) AS best FROM orders GROUP BY status
SELECT MIN(id) KEEP (DENSE_RANK FIRST ORDER BY ordered) AS first_one FROM orders GROUP BY customer_id
SELECT CORR(amount, quantity), COVAR_POP(amount, quantity), REGR_SLOPE(amount, quantity), REGR_R2(amount, quantity) FROM orders
SELECT ANY_VALUE(note), COUNT(DISTINCT customer_id), SUM(DISTINCT quantity) FROM orders
SELECT COLLECT(status) FROM orders
SELECT RATIO_TO_REPORT(amount) OVER (PARTITION BY status) AS share FROM orders
SELECT id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY ordered DESC) AS r FROM orders
SELECT id, RANK() OVER (ORDER BY amount DESC NULLS LAST) AS r, DENSE_RANK() OVER (ORDER BY amount) AS d FROM orders
SELECT id, LAG(amount, 1, 0) OVER (ORDER BY ordered) AS earlier, LEAD(amount) OVER (ORDER BY ordered) AS later FROM orders
SELECT id, LAG(amount) IGNORE NULLS OVER (ORDER BY ordered) AS earlier FROM orders
SELECT id, FIRST_VALUE(note IGNORE NULLS) OVER (PARTITION BY customer_id ORDER BY ordered) AS first_note FROM orders
SELECT id, LAST_VALUE(amount) OVER (ORDER BY ordered ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_one FROM orders
SELECT id, NTH_VALUE(amount, 2) FROM FIRST OVER (PARTITION BY status ORDER BY id) AS second_one FROM orders
SELECT id, SUM(amount) OVER (ORDER BY ordered RANGE BETWEEN INTERVAL '7' DAY PRECEDING AND CURRENT ROW) AS week FROM orders
SELECT id, CUME_DIST() OVER (ORDER BY amount), PERCENT_RANK() OVER (ORDER BY amount), NTILE(4) OVER (ORDER BY amount) FROM orders
SELECT RANK(100) WITHIN GROUP (ORDER BY amount) AS place FROM orders
SELECT region, status, SUM(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY ROLLUP (region, status)
SELECT region, status, SUM(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY CUBE (region, status)
SELECT region, status, GROUPING(region), GROUPING_ID(region, status), SUM(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY GROUPING SETS ((region), (status), ())
SELECT * FROM (SELECT status, quantity, amount FROM orders) PIVOT (SUM(amount) AS total FOR status IN ('paid' AS paid, 'sent' AS sent))
SELECT * FROM (SELECT id, amount, quantity FROM orders) UNPIVOT (value FOR measure IN (amount AS 'a', quantity AS 'q'))
SELECT * FROM (SELECT id, amount, quantity FROM orders) UNPIVOT INCLUDE NULLS (value FOR measure IN (amount, quantity))
WITH n (i) AS (SELECT 1 FROM dual UNION ALL SELECT i + 1 FROM n WHERE i < 12) SELECT i FROM n
WITH t (status, n) AS (SELECT status, COUNT(*) FROM orders GROUP BY status) SELECT * FROM t WHERE n > 10
SELECT c.name, l.amount FROM customers c CROSS APPLY (SELECT amount FROM orders o WHERE o.customer_id = c.id FETCH FIRST 3 ROWS ONLY) l
SELECT c.name, l.amount FROM customers c OUTER APPLY (SELECT amount FROM orders o WHERE o.customer_id = c.id) l
SELECT c.name, l.amount FROM customers c, LATERAL (SELECT amount FROM orders o WHERE o.customer_id = c.id) l
SELECT JSON_VALUE(doc, '$.customer.name') AS name FROM orders
SELECT JSON_VALUE(doc, '$.total' RETURNING NUMBER) AS total FROM orders
SELECT JSON_QUERY(doc, '$.items') AS items FROM orders
SELECT id FROM orders WHERE JSON_EXISTS(doc, '$.discount')
SELECT o.id, j.sku FROM orders o, JSON_TABLE(o.doc, '$.items[*]' COLUMNS (sku VARCHAR2(20) PATH '$.sku', price NUMBER PATH '$.price')) j
SELECT JSON_OBJECT('id' VALUE id, 'amount' VALUE amount) AS doc, JSON_ARRAY(id, amount) AS pair FROM orders
SELECT JSON_ARRAYAGG(status) AS states FROM orders
SELECT JSON_OBJECTAGG(KEY status VALUE amount) AS by_status FROM orders
SELECT JSON_SERIALIZE(doc) AS t FROM orders
SELECT o.doc.customer.name AS name FROM orders o
SELECT XMLELEMENT("order", id) AS x FROM orders
SELECT XMLELEMENT("order", XMLFOREST(id, amount)) AS x, XMLAGG(XMLELEMENT("o", id)) AS y FROM orders GROUP BY id, amount
SELECT INSTR(note, 'a'), INSTR(note, 'a', 1, 2), SUBSTR(note, 1, 3), SUBSTR(note, -2), LENGTH(note), LENGTHB(note) FROM orders
SELECT INITCAP(name), UPPER(name), LOWER(name), LPAD(name, 10, ' '), RPAD(name, 10, '.'), TRIM(BOTH 'x' FROM name), LTRIM(name, 'x'), RTRIM(name) FROM customers
SELECT name || ' (' || region || ')' AS label, CONCAT(name, region) AS c, REPLACE(name, 'a', 'b') AS r, TRANSLATE(name, 'ab', 'xy') AS t FROM customers
SELECT REGEXP_SUBSTR(note, '[0-9]+'), REGEXP_REPLACE(note, '[^a-z]', ''), REGEXP_INSTR(note, 'b'), REGEXP_COUNT(note, 'a') FROM orders
SELECT REGEXP_SUBSTR(note, '(a)(b)', 1, 1, 'i', 2) AS second_group FROM orders
SELECT * FROM orders WHERE REGEXP_LIKE(note, '^gift', 'i')
SELECT ASCII('a'), CHR(97), SOUNDEX(name), REVERSE(name), NLS_UPPER(name), UNISTR('a') FROM customers
SELECT TO_NUMBER('12.5'), TO_NUMBER(note DEFAULT 0 ON CONVERSION ERROR), CAST(amount AS NUMBER(12, 2)), CAST(note AS VARCHAR2(10)) FROM orders
SELECT TO_CLOB(note), TO_BINARY_DOUBLE(amount), TO_BINARY_FLOAT(amount), CAST(amount AS BINARY_DOUBLE) FROM orders
SELECT VALIDATE_CONVERSION(note AS NUMBER) AS fine FROM orders
SELECT ROUND(amount, 2), TRUNC(amount, 1), CEIL(amount), FLOOR(amount), MOD(id, 7), REMAINDER(id, 7), SIGN(amount), ABS(amount), POWER(amount, 2), SQRT(4) FROM orders
SELECT LN(2), LOG(10, 100), EXP(1), SIN(1), COS(1), TAN(1), ATAN2(1, 2), NANVL(amount, 0), BITAND(id, 1) FROM orders
SELECT GREATEST(amount, 1), LEAST(amount, 1), WIDTH_BUCKET(amount, 0, 1000, 10) FROM orders
SELECT ORA_HASH(id, 9) AS part, STANDARD_HASH(name, 'SHA256') AS h, RAWTOHEX(name) AS x, HEXTORAW('61') AS r FROM customers
SELECT DUMP(name), VSIZE(name) FROM customers
SELECT ROWNUM AS n, id FROM orders WHERE ROWNUM <= 10
SELECT * FROM (SELECT id, amount FROM orders ORDER BY amount DESC) WHERE ROWNUM <= 5
SELECT id FROM orders ORDER BY amount DESC FETCH FIRST 10 ROWS ONLY
SELECT id FROM orders ORDER BY amount DESC OFFSET 20 ROWS FETCH NEXT 10 ROWS ONLY
SELECT id FROM orders ORDER BY amount DESC FETCH FIRST 10 PERCENT ROWS ONLY
SELECT id FROM orders ORDER BY amount DESC FETCH FIRST 3 ROWS WITH TIES
SELECT * FROM orders SAMPLE (10)
SELECT id FROM orders MINUS SELECT id FROM customers
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT o.id, c.name FROM orders o, customers c WHERE o.customer_id = c.id (+)
SELECT id FROM orders WHERE amount > ALL (SELECT amount FROM orders WHERE status = 'sent')
SELECT id FROM orders WHERE (status, quantity) IN (SELECT status, MAX(quantity) FROM orders GROUP BY status)
SELECT "ORDERS"."ID" FROM "SHOP"."ORDERS"
SELECT SUM(CASE WHEN status = 'paid' THEN amount END) AS paid FROM shop.orders
SELECT TO_CHAR(SUM(amount), 'FM999G999G990D00') AS total FROM orders
SELECT COUNT(*) AS n, TO_CHAR(ordered, 'HH24') AS hour_of_it FROM orders GROUP BY TO_CHAR(ordered, 'HH24') ORDER BY 2
SELECT status, SUM(SUM(amount)) OVER () AS whole FROM orders GROUP BY status
SELECT c.region, COUNT(o.id) AS n FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.region HAVING COUNT(o.id) > 0
SELECT p.category, AVG(o.amount) AS mean FROM products p JOIN orders o ON o.product_id = p.id GROUP BY p.category
SELECT ROUND((SYSDATE - ordered) * 24, 1) AS hours FROM orders
SELECT CASE WHEN MONTHS_BETWEEN(SYSDATE, ordered) > 12 THEN 'old' ELSE 'new' END AS age, COUNT(*) AS n FROM orders GROUP BY CASE WHEN MONTHS_BETWEEN(SYSDATE, ordered) > 12 THEN 'old' ELSE 'new' END
