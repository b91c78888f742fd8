SELECT region, sum(revenue) AS revenue FROM sales GROUP BY region ORDER BY region;
SELECT product, avg(units) AS units, count(*) AS n FROM sales GROUP BY product ORDER BY product;
SELECT day, revenue - lag(revenue) OVER (ORDER BY day) AS change FROM sales ORDER BY day;
