SELECT toStartOfMonth(ordered) AS month, sum(amount) AS total FROM orders GROUP BY month ORDER BY month
SELECT toStartOfWeek(ordered, 1) AS week, toStartOfQuarter(ordered) AS q, toStartOfYear(ordered) AS y, toMonday(ordered) AS m FROM orders
SELECT toStartOfDay(ordered), toStartOfHour(ordered), toStartOfMinute(ordered), toStartOfFiveMinutes(ordered), toStartOfInterval(ordered, INTERVAL 10 MINUTE) FROM orders
SELECT toYear(ordered), toMonth(ordered), toDayOfMonth(ordered), toDayOfWeek(ordered), toHour(ordered), toQuarter(ordered), toISOWeek(ordered) FROM orders
SELECT toYYYYMM(ordered) AS month, toYYYYMMDD(ordered) AS d, toDayOfYear(ordered) AS n FROM orders
SELECT dateDiff('day', ordered, now()) AS age, date_diff('month', ordered, today()) AS months FROM orders
SELECT addDays(ordered, 7), addMonths(ordered, -1), subtractDays(ordered, 1), dateAdd(DAY, 1, ordered) FROM orders
SELECT ordered + INTERVAL 1 WEEK AS due, ordered - toIntervalDay(3) AS before FROM orders
SELECT formatDateTime(ordered, '%Y-%m') AS month, date_trunc('month', ordered) AS m, dateName('month', ordered) AS n FROM orders
SELECT toDate('2024-01-31'), toDateTime('2024-01-31 12:00:00'), toDateTime(ordered, 'Europe/Berlin'), toDateTime64(ordered, 3) FROM orders
SELECT parseDateTimeBestEffort(note), parseDateTimeBestEffortOrNull(note), parseDateTime(note, '%Y-%m-%d') FROM orders
SELECT toTimeZone(ordered, 'Europe/Berlin'), toUnixTimestamp(ordered), fromUnixTimestamp(1700000000), now(), today(), yesterday() FROM orders
SELECT timeSlot(ordered) AS slot, count() AS n FROM orders GROUP BY slot
SELECT count() AS n FROM orders
SELECT countIf(status = 'paid') AS paid, sumIf(amount, status = 'sent') AS sent, avgIf(amount, quantity > 1) AS a FROM orders
SELECT uniq(customer_id), uniqExact(customer_id), uniqCombined(customer_id), uniqHLL12(customer_id) FROM orders
SELECT quantile(0.9)(amount) AS p90, quantiles(0.25, 0.5, 0.75)(amount) AS q, median(amount) AS m, quantileExact(0.5)(amount) AS e FROM orders
SELECT quantileTDigest(0.5)(amount), quantileTiming(0.5)(quantity), quantileExactWeighted(0.5)(amount, quantity) FROM orders
SELECT argMax(id, amount) AS best, argMin(id, amount) AS least_one, any(note), anyLast(note), anyHeavy(status) FROM orders
SELECT groupArray(id) AS ids, groupUniqArray(status) AS states, groupArray(3)(id) AS three FROM orders GROUP BY customer_id
SELECT arraySort(groupArray(amount)) AS sorted FROM orders GROUP BY status
SELECT topK(3)(status) AS common, topKWeighted(3)(status, quantity) AS weighted FROM orders
SELECT sumMap(ks, vs), minMap(ks, vs), maxMap(ks, vs) FROM orders
SELECT stddevPop(amount), stddevSamp(amount), varPop(amount), varSamp(amount), skewPop(amount), kurtSamp(amount), corr(amount, quantity) FROM orders
SELECT covarPop(amount, quantity), covarSamp(amount, quantity), simpleLinearRegression(quantity, amount), entropy(status) FROM orders
SELECT sumWithOverflow(quantity), sumKahan(amount), avgWeighted(amount, quantity), groupBitAnd(id), groupBitOr(id), groupBitXor(id) FROM orders
SELECT windowFunnel(86400)(ordered, status = 'new', status = 'paid', status = 'sent') AS level FROM orders GROUP BY customer_id
SELECT retention(status = 'new', status = 'paid') AS r FROM orders GROUP BY customer_id
SELECT sequenceMatch('(?1)(?2)')(ordered, status = 'new', status = 'paid') AS m FROM orders GROUP BY customer_id
SELECT histogram(5)(amount) AS bins FROM orders
SELECT id, amount FROM orders LIMIT 3 BY customer_id
SELECT id, amount FROM orders ORDER BY amount DESC LIMIT 1, 2 BY status
SELECT id FROM orders ORDER BY amount DESC LIMIT 10 OFFSET 20
SELECT id FROM orders ORDER BY amount DESC LIMIT 5 WITH TIES
SELECT id FROM orders FINAL WHERE amount > 100
SELECT id FROM orders PREWHERE status = 'paid' WHERE amount > 100
SELECT id FROM orders SAMPLE 0.1
SELECT id FROM orders SAMPLE 1 / 10 OFFSET 1 / 2
SELECT item, id FROM orders ARRAY JOIN items AS item
SELECT item, n FROM orders LEFT ARRAY JOIN items AS item, arrayEnumerate(items) AS n
SELECT arrayJoin(items) AS item, count() AS n FROM orders GROUP BY item
SELECT arrayMap(i -> i * 2, items), arrayFilter(i -> i > 10, items), arrayExists(i -> i = 1, items), arrayAll(i -> i > 0, items) FROM orders
SELECT arraySum(items), arrayAvg(items), arrayMin(items), arrayMax(items), arrayCount(i -> i > 1, items), arrayReduce('max', items) FROM orders
SELECT arraySort(i -> -i, items), arrayReverseSort(items), arrayDistinct(items), arrayUniq(items), arrayConcat(items, [1, 2]), arraySlice(items, 1, 2) FROM orders
SELECT arrayStringConcat(tags, ', '), splitByChar(',', note), splitByString(', ', note), has(tags, 'x'), indexOf(tags, 'x'), hasAny(tags, ['a', 'b']) FROM orders
SELECT arrayZip(items, tags), arrayDifference(items), arrayCumSum(items), arrayIntersect(items, [1, 2]), arrayFlatten([items]), length(items), empty(items), notEmpty(items) FROM orders
SELECT arrayFirst(i -> i > 1, items), arrayFirstIndex(i -> i > 1, items), arrayPushBack(items, 1), arrayPopFront(items), arrayElement(items, 1), items[1] FROM orders
SELECT [1, 2, 3] AS three, tuple(1, 'a') AS pair, (1, 'a').2 AS second_part, tupleElement((1, 2), 1) AS one FROM orders
SELECT map('a', 1, 'b', 2)['a'] AS a, mapKeys(attributes), mapValues(attributes), attributes['color'], mapContains(attributes, 'size') FROM orders
SELECT mapFilter((k, v) -> v > 1, attributes), mapApply((k, v) -> (k, v * 2), attributes) FROM orders
SELECT JSONExtractString(doc, 'customer', 'name'), JSONExtractInt(doc, 'n'), JSONExtractFloat(doc, 'x'), JSONExtractBool(doc, 'b') FROM orders
SELECT JSONExtract(doc, 'items', 'Array(String)'), JSONExtractRaw(doc, 'a'), JSONHas(doc, 'a'), JSONLength(doc, 'items'), JSONType(doc, 'a') FROM orders
SELECT JSONExtractArrayRaw(doc, 'items'), JSONExtractKeysAndValues(doc, 'String'), JSONExtractKeys(doc), isValidJSON(doc) FROM orders
SELECT JSON_VALUE(doc, '$.customer.name'), JSON_QUERY(doc, '$.items'), JSON_EXISTS(doc, '$.a'), simpleJSONExtractString(doc, 'a'), visitParamExtractInt(doc, 'n') FROM orders
SELECT toJSONString(map('a', 1)) FROM orders
SELECT if(amount > 100, 'large', 'small') AS size, multiIf(amount > 300, 'l', amount > 100, 'm', 's') AS word FROM orders
SELECT ifNull(note, 'none'), nullIf(status, 'paid'), coalesce(note, status), assumeNotNull(note), toNullable(id), isNull(note), isNotNull(note) FROM orders
SELECT amount > 100 ? 'large' : 'small' AS size FROM orders
SELECT toInt32(note), toInt64OrNull(note), toFloat64OrZero(note), toDecimal64(amount, 2), toString(id), toUInt8(1), toTypeName(amount) FROM orders
SELECT CAST(amount AS Decimal(12, 2)), CAST(note AS Nullable(String)), amount::Float64 AS f, CAST(id, 'String') AS t, accurateCastOrNull(note, 'Int32') AS c FROM orders
SELECT lower(name), upper(name), lowerUTF8(name), upperUTF8(name), lengthUTF8(name), substring(name, 1, 3), substringUTF8(name, 1, 3), reverse(name) FROM customers
SELECT concat(name, ' ', region), concatWithSeparator(', ', name, region), name || '!' AS loud, format('{} ({})', name, region) FROM customers
SELECT position(name, 'a'), positionCaseInsensitive(name, 'A'), startsWith(name, 'a'), endsWith(name, 'z'), leftPad(name, 10, ' '), trimBoth(name), trim(BOTH 'x' FROM name) FROM customers
SELECT replaceOne(name, 'a', 'b'), replaceAll(name, 'a', 'b'), replaceRegexpOne(name, 'a+', 'b'), replaceRegexpAll(name, '[^a-z]', '') FROM customers
SELECT match(note, '^gift'), extract(note, '[0-9]+'), extractAll(note, '[a-z]+'), countSubstrings(note, 'a'), multiSearchAny(note, ['a', 'b']), like(note, '%x%') FROM orders
SELECT * FROM orders WHERE note ILIKE '%gift%' AND status NOT LIKE 'x%' AND match(note, '[0-9]')
SELECT extractTextFromHTML(note), domain(note), path(note), protocol(note), cutQueryString(note), extractURLParameter(note, 'q'), topLevelDomain(note) FROM orders
SELECT levenshteinDistance(name, 'x'), ngramDistance(name, 'x'), soundex(name) FROM customers
SELECT hex(MD5(name)), cityHash64(name), sipHash64(name), xxHash64(name), SHA256(name), base64Encode(name), base64Decode('YQ==') FROM customers
SELECT round(amount, 2), floor(amount), ceil(amount), trunc(amount), abs(amount), sign(amount), sqrt(amount), pow(amount, 2), exp(1), log(2), log2(8), log10(100) FROM orders
SELECT modulo(id, 7), intDiv(id, 7), id % 7 AS rest, greatest(amount, 1), least(amount, 1), bitAnd(id, 1), bitShiftLeft(id, 1), intDivOrZero(id, 0) FROM orders
SELECT isNaN(amount), isFinite(amount), isInfinite(amount), rand(), generateUUIDv4(), pi(), e() FROM orders
SELECT plus(1, 2), minus(2, 1), multiply(2, 3), divide(6, 3), negate(1), equals(1, 1), notEquals(1, 2), less(1, 2), greaterOrEquals(2, 1), and(1, 1), or(0, 1), not(0) FROM orders
SELECT formatReadableSize(1000000), formatReadableQuantity(1000000), formatReadableTimeDelta(3600), bar(quantity, 0, 10, 20) FROM orders
SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY ordered DESC) AS r FROM orders
SELECT id, lagInFrame(amount, 1) OVER (ORDER BY ordered ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS earlier, leadInFrame(amount) OVER (ORDER BY ordered) AS later FROM orders
SELECT id, sum(amount) OVER w AS s, avg(amount) OVER w AS a FROM orders WINDOW w AS (PARTITION BY status ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
SELECT id, sum(amount) OVER (ORDER BY toUnixTimestamp(ordered) RANGE BETWEEN 604800 PRECEDING AND CURRENT ROW) AS week FROM orders
SELECT id, exponentialMovingAverage(3600)(amount, toUnixTimestamp(ordered)) OVER (ORDER BY ordered) AS smooth FROM orders
SELECT runningDifference(amount) AS change, neighbor(amount, 1) AS next_one, runningAccumulate(amount) AS total FROM orders
SELECT region, status, sum(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY ROLLUP (region, status)
SELECT region, status, sum(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY CUBE (region, status)
SELECT region, status, grouping(region), sum(amount) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY GROUPING SETS ((region), (status), ())
SELECT status, sum(amount) FROM orders GROUP BY status WITH TOTALS
SELECT status, sum(amount) FROM orders GROUP BY status WITH ROLLUP
SELECT status, sum(amount) AS total FROM orders GROUP BY ALL
SELECT toStartOfMonth(ordered) AS m, count() AS n FROM orders GROUP BY m ORDER BY m WITH FILL STEP INTERVAL 1 MONTH
SELECT id % 10 AS d, count() AS n FROM orders GROUP BY d ORDER BY d WITH FILL FROM 0 TO 10 STEP 1
SELECT number AS n FROM numbers(12)
SELECT toDate('2024-01-01') + number AS d FROM numbers(366)
SELECT range(5) AS r, arrayMap(i -> toDate('2024-01-01') + i, range(31)) AS days FROM orders
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 12) SELECT i FROM n
WITH 100 AS threshold SELECT id FROM orders WHERE amount > threshold
WITH (SELECT avg(amount) FROM orders) AS mean SELECT id FROM orders WHERE amount > mean
SELECT o.id, c.name FROM orders o ANY LEFT JOIN customers c ON c.id = o.customer_id
SELECT o.id, c.name FROM orders o ASOF LEFT JOIN customers c ON c.id = o.customer_id AND o.ordered >= c.since
SELECT c.id FROM customers c LEFT SEMI JOIN orders o ON o.customer_id = c.id
SELECT c.id FROM customers c LEFT ANTI JOIN orders o ON o.customer_id = c.id
SELECT o.id, c.name FROM orders o GLOBAL INNER JOIN customers c USING (id)
SELECT id FROM orders WHERE customer_id GLOBAL IN (SELECT id FROM customers WHERE region = 'north')
SELECT id FROM orders WHERE (status, quantity) IN (('paid', 1), ('sent', 2))
SELECT * EXCEPT (note) FROM orders
SELECT * REPLACE (round(amount) AS amount) FROM orders
SELECT * APPLY (toString) FROM orders
SELECT COLUMNS('amount|quantity') FROM orders
SELECT DISTINCT ON (customer_id) id, amount FROM orders ORDER BY customer_id, amount DESC
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT id FROM orders EXCEPT SELECT id FROM customers
SELECT id FROM orders UNION DISTINCT SELECT id FROM customers
SELECT `order count` FROM (SELECT count() AS `order count` FROM `default`.`orders`) AS t
SELECT sumState(amount) AS s FROM orders GROUP BY status
SELECT uniqMerge(u) FROM (SELECT uniqState(customer_id) AS u FROM orders GROUP BY status)
SELECT sumArray(items), avgOrNull(amount), sumOrDefault(amount), sumDistinct(quantity), groupArrayIf(id, amount > 1), uniqExactIf(id, amount > 1) FROM orders
SELECT transform(status, ['paid', 'sent'], [1, 2], 0) AS code, CASE status WHEN 'paid' THEN 1 ELSE 0 END AS c FROM orders
