"""SQL whose source rows are counted, so that a model may be told its figures."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from analyst_magic.checks.grouped import COUNT, counted

SALES = pd.DataFrame(
    {
        "region": ["north"] * 6 + ["south"] * 5 + ["west"],
        "price": [1.0, 2.0, 3.0, 4.0, 5.0, None, 7.0, 8.0, None, None, 11.0, 12.0],
        "day": pd.date_range("2024-01-28", periods=12),
        "Total Rev": range(12),
    }
)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("SELECT region, avg(price) FROM sales GROUP BY region ORDER BY region", [5, 3, 1]),
        ("SELECT region AS r, sum(price) AS total FROM sales s GROUP BY r ORDER BY 2 DESC", [3, 5, 1]),
        ("SELECT region, count(*) FROM sales GROUP BY ALL ORDER BY region LIMIT 2", [6, 5]),
        ("SELECT month(day) AS m, round(sum(price) / count(*), 2) FROM sales GROUP BY 1 ORDER BY m", [4, 5]),
        ("SELECT avg(price) + 1 FROM sales WHERE price BETWEEN 2 AND 8 AND region LIKE 'n%'", [4]),
        ('SELECT sum("Total Rev") FROM sales WHERE region IN (\'north\', \'south\') OR price IS NULL', [11]),
        ("FROM sales SELECT corr(price, \"Total Rev\")", [9]),
        ("SELECT region, avg(price) FROM sales GROUP BY region HAVING count(*) > 1 ORDER BY avg(price)", [5, 3]),
    ],
)  # fmt: skip
def test_each_group_has_the_rows_of_the_data_behind_it_counted(text: str, counts: list[int]) -> None:
    with duckdb.connect() as connection:
        connection.register("sales", SALES)
        plain = connection.execute(text).fetchall()
        result = connection.execute(counted(text) or "")
        assert result.description is not None
        assert result.description[-1][0] == COUNT
        rows = result.fetchall()
    assert [row[:-1] for row in rows] == plain
    assert [row[-1] for row in rows] == counts


@pytest.mark.parametrize(
    "text",
    [
        "SELECT region, price FROM sales",
        "SELECT * FROM sales",
        "SELECT max(price) FROM sales",  # the value of one row
        "SELECT median(price) FROM sales",
        "SELECT any_value(region), count(*) FROM sales",
        "SELECT list(price) FROM sales",
        "SELECT string_agg(region) FROM sales",
        "SELECT sum(ascii(region)) FROM sales GROUP BY region",  # computed of each row
        "SELECT sum(CASE WHEN region = 'west' THEN price END) FROM sales",
        "SELECT sum(price) FILTER (WHERE region = 'west') FROM sales",
        "SELECT sum(DISTINCT price) FROM sales",
        "SELECT substr(region, 1, 2), count(*) FROM sales GROUP BY 1",
        "SELECT sum(price) FROM sales, range(5)",  # one row counts five times
        "SELECT sum(price) FROM sales JOIN sales AS other USING (region)",
        "SELECT sum(price) FROM (SELECT unnest([1, 1, 1, 1, 1]) AS price)",
        "WITH five AS (SELECT * FROM sales) SELECT sum(price) FROM five",
        "SELECT sum(price) FROM sales WHERE region IN (SELECT region FROM sales)",
        "SELECT sum(price) FROM sales WHERE ascii(region) > 110",
        "SELECT sum(price) FROM sales WHERE region[1:1] = 'w'",
        "SELECT region, sum(price) FROM sales GROUP BY ALL HAVING max(price) = 12",
        "SELECT region, sum(price) FROM sales GROUP BY region ORDER BY random()",
        "SELECT sum(price) FROM sales USING SAMPLE 10",
        "SELECT region, avg(price) OVER () FROM sales GROUP BY ALL",
        "SELECT sum(price) FROM sales GROUP BY ROLLUP (region)",
        "SELECT sum(COLUMNS('price')) FROM sales",
        "SELECT sum(price) FROM sales UNION SELECT 1",
        "PIVOT sales ON region USING sum(price)",
        "SUMMARIZE sales",
        "SELECT sum(price) FROM sales; SELECT 1",
        "no SQL",
    ],
)
def test_what_could_tell_of_a_single_row_is_not_counted(text: str) -> None:
    assert counted(text) is None
