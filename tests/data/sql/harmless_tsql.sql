SELECT TOP 10 * FROM orders ORDER BY amount DESC
SELECT TOP (5) WITH TIES id, amount FROM orders ORDER BY amount DESC
SELECT TOP 10 PERCENT id FROM orders ORDER BY amount
SELECT id FROM orders ORDER BY id OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY
SELECT [id], [amount] FROM [default].[orders]
SELECT o.[order note] FROM orders AS o WHERE o.[status] = N'paid'
SELECT YEAR(ordered) AS y, MONTH(ordered) AS m, DAY(ordered) AS d, SUM(amount) AS total FROM orders GROUP BY YEAR(ordered), MONTH(ordered), DAY(ordered)
SELECT DATEPART(quarter, ordered) AS q, DATENAME(weekday, ordered) AS d, DATEPART(iso_week, ordered) AS w FROM orders
SELECT DATEADD(day, 7, ordered) AS due, DATEDIFF(day, ordered, GETDATE()) AS age FROM orders
SELECT DATEADD(month, DATEDIFF(month, 0, ordered), 0) AS month FROM orders
SELECT DATETRUNC(month, ordered) AS month, COUNT(*) AS n FROM orders GROUP BY DATETRUNC(month, ordered)
SELECT DATE_BUCKET(week, 1, ordered) AS week FROM orders
SELECT EOMONTH(ordered) AS end_of_month FROM orders
SELECT DATEFROMPARTS(2024, 1, 31), DATETIMEFROMPARTS(2024, 1, 31, 12, 0, 0, 0), TIMEFROMPARTS(12, 30, 0, 0, 0) FROM orders
SELECT SYSDATETIME(), SYSUTCDATETIME(), GETUTCDATE(), CURRENT_TIMESTAMP, SYSDATETIMEOFFSET() FROM orders
SELECT ordered AT TIME ZONE 'UTC' AT TIME ZONE 'Central European Standard Time' AS local_time FROM orders
SELECT SWITCHOFFSET(ordered, '+02:00'), TODATETIMEOFFSET(ordered, '+02:00') FROM orders
SELECT FORMAT(ordered, 'yyyy-MM') AS month, FORMAT(amount, 'N2') AS shown FROM orders
SELECT CONVERT(date, ordered) AS d, CONVERT(varchar(10), ordered, 120) AS t FROM orders
SELECT CAST(ordered AS date) AS d, CAST(amount AS decimal(12, 2)) AS a, CAST(note AS nvarchar(50)) AS n FROM orders
SELECT TRY_CAST(note AS int), TRY_CONVERT(date, note), TRY_PARSE(note AS date) FROM orders
SELECT PARSE(note AS money) AS m FROM orders
SELECT ISDATE(note), ISNUMERIC(note), ISNULL(note, 'none'), COALESCE(note, status) FROM orders
SELECT * FROM orders WHERE ordered >= '20240101' AND ordered < DATEADD(month, 1, '20240101')
SELECT * FROM orders WHERE ordered BETWEEN '2024-01-01' AND '2024-03-31T23:59:59'
SELECT IIF(amount > 100, 'large', 'small') AS size, CHOOSE(quantity, 'one', 'two', 'three') AS word FROM orders
SELECT STRING_AGG(status, ', ') WITHIN GROUP (ORDER BY status) AS states FROM orders
SELECT STRING_AGG(CAST(id AS nvarchar(max)), ',') AS ids FROM orders GROUP BY customer_id
SELECT COUNT_BIG(*) AS n, COUNT(DISTINCT customer_id) AS c, APPROX_COUNT_DISTINCT(customer_id) AS a FROM orders
SELECT STDEV(amount), STDEVP(amount), VAR(amount), VARP(amount), CHECKSUM_AGG(quantity) FROM orders
SELECT DISTINCT status, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) OVER (PARTITION BY status) AS middle FROM orders
SELECT DISTINCT status, PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY amount) OVER (PARTITION BY status) AS p90 FROM orders
SELECT APPROX_PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) AS middle FROM orders
SELECT id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY ordered DESC) AS r FROM orders
SELECT id, LAG(amount, 1, 0) OVER (ORDER BY ordered) AS earlier, LEAD(amount) OVER (ORDER BY ordered) AS later FROM orders
SELECT id, LAST_VALUE(note) IGNORE NULLS OVER (PARTITION BY customer_id ORDER BY ordered) AS last_note FROM orders
SELECT id, FIRST_VALUE(amount) OVER (PARTITION BY customer_id ORDER BY ordered ROWS UNBOUNDED PRECEDING) AS first_one FROM orders
SELECT id, SUM(amount) OVER w AS s, AVG(amount) OVER w AS a FROM orders WINDOW w AS (PARTITION BY status ORDER BY id)
SELECT id, CUME_DIST() OVER (ORDER BY amount), PERCENT_RANK() OVER (ORDER BY amount), NTILE(4) OVER (ORDER BY amount) FROM orders
SELECT id, AVG(amount) OVER (ORDER BY ordered ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS moving FROM orders
SELECT region, status, SUM(amount) AS total FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY ROLLUP (region, status)
SELECT region, status, SUM(amount) AS total FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY CUBE (region, status)
SELECT region, status, GROUPING(region) AS g, GROUPING_ID(region, status) AS i, SUM(amount) AS total FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY GROUPING SETS ((region), (status), ())
SELECT region, SUM(amount) AS total FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY region WITH ROLLUP
SELECT * FROM (SELECT status, quantity, amount FROM orders) AS s PIVOT (SUM(amount) FOR status IN ([paid], [sent])) AS p
SELECT id, measure, value FROM (SELECT id, amount, quantity FROM orders) AS s UNPIVOT (value FOR measure IN (amount, quantity)) AS u
SELECT c.name, l.amount FROM customers c CROSS APPLY (SELECT TOP 3 amount FROM orders o WHERE o.customer_id = c.id ORDER BY amount DESC) AS l
SELECT c.name, l.amount FROM customers c OUTER APPLY (SELECT TOP 1 amount FROM orders o WHERE o.customer_id = c.id ORDER BY ordered DESC) AS l
SELECT o.id, v.name, v.value FROM orders o CROSS APPLY (VALUES ('amount', o.amount), ('quantity', o.quantity)) AS v (name, value)
SELECT o.id, s.value AS word FROM orders o CROSS APPLY STRING_SPLIT(o.note, ' ') AS s
SELECT s.value, s.ordinal FROM orders o CROSS APPLY STRING_SPLIT(o.note, ',', 1) AS s
SELECT o.id, j.[key], j.value FROM orders o CROSS APPLY OPENJSON(o.doc) AS j
SELECT o.id, j.sku, j.price FROM orders o CROSS APPLY OPENJSON(o.doc, '$.items') WITH (sku nvarchar(20) '$.sku', price decimal(10, 2) '$.price') AS j
SELECT JSON_VALUE(doc, '$.customer.name') AS name, JSON_QUERY(doc, '$.items') AS items, ISJSON(doc) AS fine FROM orders
SELECT JSON_MODIFY(doc, '$.total', amount) AS changed FROM orders
SELECT JSON_OBJECT('id': id, 'amount': amount) AS doc, JSON_ARRAY(id, amount) AS pair FROM orders
SELECT JSON_PATH_EXISTS(doc, '$.a') AS has_a FROM orders
SELECT * FROM orders WHERE JSON_VALUE(doc, '$.customer.city') = N'Berlin'
SELECT value AS n FROM GENERATE_SERIES(1, 12)
SELECT DATEADD(day, value, '2024-01-01') AS d FROM GENERATE_SERIES(0, 30, 1) AS s
WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 12) SELECT i FROM n
WITH t (status, n) AS (SELECT status, COUNT(*) FROM orders GROUP BY status) SELECT * FROM t WHERE n > 10
SELECT LEN(name), DATALENGTH(name), CHARINDEX('a', name), PATINDEX('%[0-9]%', name), LEFT(name, 3), RIGHT(name, 2) FROM customers
SELECT CONCAT(name, N' ', region), CONCAT_WS(', ', name, region), name + ' (' + region + ')' AS label FROM customers
SELECT SUBSTRING(name, 1, 3), REPLACE(name, 'a', 'b'), STUFF(name, 1, 1, 'X'), REVERSE(name), REPLICATE('-', 3), SPACE(2) FROM customers
SELECT LTRIM(name), RTRIM(name), TRIM(name), TRIM('x' FROM name), UPPER(name), LOWER(name), TRANSLATE(name, 'ab', 'xy') FROM customers
SELECT QUOTENAME(name), STR(1.5, 6, 2), ASCII('a'), CHAR(97), NCHAR(97), UNICODE(N'a'), SOUNDEX(name), DIFFERENCE(name, 'x') FROM customers
SELECT STRING_ESCAPE(note, 'json') AS escaped FROM orders
SELECT name COLLATE Latin1_General_CI_AS AS n FROM customers ORDER BY name COLLATE Latin1_General_BIN2
SELECT * FROM customers WHERE name LIKE '[A-C]%' AND name NOT LIKE '%[_]%'
SELECT * FROM customers WHERE name LIKE N'%50!%%' ESCAPE '!'
SELECT ROUND(amount, 2), ROUND(amount, 0, 1), CEILING(amount), FLOOR(amount), ABS(amount), SIGN(amount), POWER(amount, 2), SQUARE(amount), SQRT(4) FROM orders
SELECT LOG(amount), LOG10(amount), LOG(8, 2), EXP(1), PI(), RADIANS(180.0), DEGREES(PI()), SIN(1), COS(1), TAN(1), ATN2(1, 2) FROM orders
SELECT amount % 7 AS rest, id & 1 AS odd, id | 1 AS o, id ^ 1 AS x FROM orders
SELECT GREATEST(amount, 1) AS g, LEAST(amount, 1) AS l FROM orders
SELECT HASHBYTES('SHA2_256', name) AS h, CHECKSUM(name) AS c, BINARY_CHECKSUM(name) AS b FROM customers
SELECT NEWID() AS id, RAND() AS r FROM orders
SELECT * FROM orders ORDER BY NEWID() OFFSET 0 ROWS FETCH NEXT 100 ROWS ONLY
SELECT * FROM orders TABLESAMPLE (10 PERCENT)
SELECT id FROM orders EXCEPT SELECT id FROM customers
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (n, letter)
SELECT CASE WHEN amount > 100 THEN 'large' ELSE 'small' END AS size, COUNT(*) AS n FROM orders GROUP BY CASE WHEN amount > 100 THEN 'large' ELSE 'small' END
SELECT SUM(CASE WHEN status = 'paid' THEN amount END) AS paid, SUM(CASE WHEN status = 'sent' THEN 1 ELSE 0 END) AS sent FROM orders
SELECT 100.0 * SUM(amount) / SUM(SUM(amount)) OVER () AS share, status FROM orders GROUP BY status
SELECT a.id FROM orders a WHERE a.amount > (SELECT AVG(b.amount) FROM orders b WHERE b.status = a.status)
SELECT a.id FROM orders a WHERE a.amount >= ALL (SELECT b.amount FROM orders b)
SELECT id FROM orders WHERE note IS NOT DISTINCT FROM status
SELECT c.region, COUNT(*) AS n FROM customers c FULL OUTER JOIN orders o ON o.customer_id = c.id GROUP BY c.region
SELECT total = SUM(amount), status FROM orders GROUP BY status
SELECT o.id AS 'order number' FROM orders o
SELECT DATEDIFF_BIG(second, '1970-01-01', ordered) AS unix_time FROM orders
SELECT CAST(DATEDIFF(minute, ordered, GETDATE()) / 60.0 AS decimal(10, 1)) AS hours FROM orders
SELECT LEFT(CONVERT(varchar, ordered, 112), 6) AS month, SUM(amount) AS total FROM orders GROUP BY LEFT(CONVERT(varchar, ordered, 112), 6)
SELECT ISNULL(SUM(amount), 0) AS total FROM orders WHERE status = 'lost'
SELECT NULLIF(quantity, 0) AS q, amount / NULLIF(quantity, 0) AS price FROM orders
SELECT CAST(amount AS float) * 1.19 AS gross, CAST(ordered AS time(0)) AS t, CAST(ordered AS datetime2(3)) AS s FROM orders
SELECT COUNT(*) OVER (PARTITION BY customer_id) AS n, id FROM orders
SELECT p.name, SUM(o.quantity) AS pieces FROM products p LEFT JOIN orders o ON o.product_id = p.id GROUP BY p.name HAVING SUM(o.quantity) > 5 ORDER BY pieces DESC
