SELECT date_format(ordered, '%Y-%m') AS month, sum(amount) FROM orders GROUP BY 1 ORDER BY 1
SELECT year(ordered), month(ordered), count(*) FROM orders GROUP BY year(ordered), month(ordered)
SELECT extract(year FROM ordered) FROM orders
SELECT quarter(ordered), dayofweek(ordered), dayname(ordered), week(ordered) FROM orders
SELECT * FROM orders WHERE ordered >= date_sub(curdate(), INTERVAL 30 DAY)
SELECT * FROM orders WHERE ordered >= now() - INTERVAL 1 MONTH
SELECT datediff(now(), ordered), timestampdiff(MONTH, ordered, now()) FROM orders
SELECT date_add(ordered, INTERVAL 1 YEAR), last_day(ordered) FROM orders
SELECT str_to_date('2024-01-31', '%Y-%m-%d'), from_unixtime(0), unix_timestamp(ordered) FROM orders
SELECT `id`, `amount` AS `the amount` FROM `orders`
SELECT `o`.`id` FROM `shop`.`orders` AS `o`
SELECT shop.orders.id FROM shop.orders
SELECT group_concat(status ORDER BY status SEPARATOR ', ') FROM orders
SELECT group_concat(DISTINCT status) FROM orders
SELECT if(amount > 100, 'large', 'small') AS size, count(*) FROM orders GROUP BY size
SELECT ifnull(note, 'none') FROM orders
SELECT concat(status, ' ', note), concat_ws('-', status, note) FROM orders
SELECT substring_index(status, 'a', 1), locate('a', status), left(status, 2), char_length(status) FROM orders
SELECT * FROM orders WHERE status REGEXP '^p'
SELECT * FROM orders WHERE status RLIKE 'x$'
SELECT regexp_replace(status, '[0-9]+', '#') FROM orders
SELECT * FROM orders WHERE amount <=> NULL
SELECT * FROM orders ORDER BY amount DESC LIMIT 10 OFFSET 5
SELECT * FROM orders LIMIT 5, 10
SELECT status, count(*) FROM orders GROUP BY status WITH ROLLUP
SELECT sum(amount > 100) AS large FROM orders
SELECT json_extract(details, '$.color'), json_unquote(json_extract(details, '$.size')) FROM orders
SELECT json_value(details, '$.color') FROM orders
SELECT json_object('a', amount), json_arrayagg(id) FROM orders
SELECT round(amount, 1), truncate(amount, 1), mod(quantity, 2), quantity DIV 2, quantity % 2 FROM orders
SELECT std(amount), stddev_pop(amount), var_samp(amount), variance(amount) FROM orders
SELECT greatest(amount, 1), least(amount, 100), rand(1) FROM orders
SELECT format(amount, 2), lpad(id, 5, '0'), hex(id) FROM orders
SELECT id, amount FROM orders WHERE status = "paid"
SELECT id FROM orders # all of them
SELECT id FROM orders -- all of them
SELECT sum(amount) OVER w FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY ordered)
WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t
SELECT CAST(amount AS SIGNED), CAST(amount AS CHAR), CAST(ordered AS DATE) FROM orders
SELECT convert(amount, DECIMAL(10, 2)) FROM orders
SELECT o.id FROM orders o JOIN products p USING (id)
SELECT o.id FROM orders o STRAIGHT_JOIN products p ON p.id = o.product_id
SELECT time(ordered), hour(ordered), minute(ordered), date(ordered) FROM orders
SELECT field(status, 'paid', 'sent'), elt(1, 'a', 'b'), find_in_set('a', 'a,b') FROM orders
SELECT sec_to_time(3600), maketime(1, 2, 3), makedate(2024, 31)
SELECT inet_aton('127.0.0.1'), bin(5), conv('a', 16, 2), crc32('a')
SELECT md5(status), sha2(status, 256) FROM orders
SELECT * FROM orders WHERE ordered BETWEEN '2024-01-01' AND '2024-12-31 23:59:59'
SELECT yearweek(ordered, 1), weekday(ordered), monthname(ordered) FROM orders
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT id FROM orders EXCEPT SELECT id FROM customers
SELECT bit_and(quantity), bit_or(quantity), quantity & 1, quantity | 1, quantity ^ 1, ~quantity, quantity << 1 FROM orders
SELECT NOT status = 'paid', status = 'paid' XOR amount > 5 FROM orders
