"""SQL that only reads passes; SQL that does more is stopped by each of two layers, tried alone.

The first layer is the policy over the tree of DuckDB's own parser, on the host; the second the locked DuckDB inside
the sandbox.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from analyst_magic.checks.sql import check, names, rewritten
from analyst_magic.sandbox.docker import DockerProvider
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.frames import to_frame
from analyst_magic.turn import Code, Execution

GOLD = [line for line in (Path(__file__).parents[1] / "data" / "spider_gold.sql").read_text().splitlines()
        if not line.startswith("--")]  # fmt: skip

# Statement -> the construct that the policy's refusal names.
ATTACKS = {
    "DROP TABLE t": "DROP",
    "DELETE FROM t": "DELETE",
    "UPDATE t SET n = 0": "UPDATE",
    "INSERT INTO t VALUES (1)": "INSERT",
    "CREATE TABLE x AS SELECT 1": "CREATE",
    "CREATE OR REPLACE VIEW t AS SELECT 1": "CREATE",
    "CREATE MACRO f(a) AS a": "CREATE",
    "CREATE SECRET s (TYPE s3)": "CREATE",
    "ALTER TABLE t ADD COLUMN x INT": "ALTER",
    "TRUNCATE t": "TRUNCATE",
    "MERGE INTO t USING t AS s ON t.n = s.n WHEN MATCHED THEN DELETE": "MERGE",
    "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x": "DELETE",
    "WITH x AS (INSERT INTO t VALUES (9) RETURNING *) SELECT * FROM x": "INSERT",
    "SELECT 1; DROP TABLE t": "2 SQL statements",
    "SELECT 1;; SELECT 2": "2 SQL statements",
    "COPY t TO '/work/pwned.csv'": "COPY",
    "COPY (SELECT 1) TO '/work/pwned.csv'": "COPY",
    "COPY t FROM '/etc/passwd'": "COPY",
    "EXPORT DATABASE '/work/pwned'": "EXPORT",
    "IMPORT DATABASE '/work/pwned'": "IMPORT",
    "ATTACH '/work/pwned.db' AS x": "ATTACH",
    "DETACH memory": "DETACH",
    "USE memory": "USE",
    "INSTALL httpfs": "INSTALL",
    "LOAD httpfs": "LOAD",
    "SET memory_limit = '100GB'": "SET",
    "RESET memory_limit": "RESET",
    "SET VARIABLE x = 1": "SET",
    "PRAGMA database_list": "PRAGMA",
    "PRAGMA memory_limit='100GB'": "PRAGMA",
    "CALL pragma_version()": "CALL",
    "CALL duckdb_settings()": "CALL",
    "CHECKPOINT": "CHECKPOINT",
    "VACUUM": "VACUUM",
    "ANALYZE": "ANALYZE",
    "EXPLAIN ANALYZE SELECT 1": "EXPLAIN",
    "PREPARE q AS SELECT 1": "PREPARE",
    "EXECUTE q": "EXECUTE",
    "BEGIN TRANSACTION": "BEGIN",
    "COMMIT": "COMMIT",
    "SHOW TABLES": "SHOW",
    "SELECT * FROM read_csv('/etc/passwd')": "read_csv",
    "SELECT * FROM read_text('/etc/passwd')": "read_text",
    "SELECT * FROM read_blob('/proc/self/environ')": "read_blob",
    "SELECT * FROM \"read_text\"('/etc/passwd')": "read_text",
    "SELECT * FROM main.read_text('/etc/passwd')": "read",
    "SELECT * FROM read_json_auto('http://example.org/x')": "read_json",
    "SELECT * FROM parquet_scan('/work/*')": "parquet_scan",
    "SELECT * FROM parquet_metadata('/work/x')": "parquet_metadata",
    "SELECT * FROM '/etc/passwd'": "/etc/passwd",
    "SELECT * FROM \"/etc/passwd\"": "/etc/passwd",
    "SELECT * FROM 's3://bucket/x.parquet'": "s3://",
    "FROM '/etc/hostname.csv'": "hostname",
    "WITH \"/etc/passwd\" AS (SELECT 1) SELECT * FROM \"/etc/passwd\"": "/etc/passwd",
    "SELECT * FROM glob('/*')": "glob",
    "SELECT * FROM sniff_csv('/etc/passwd')": "sniff_csv",
    "SELECT * FROM duckdb_settings()": "duckdb_settings",
    "SELECT * FROM duckdb_secrets()": "duckdb_secrets",
    "SELECT * FROM pragma_table_info('t')": "pragma_table_info",
    "SELECT * FROM information_schema.tables": "information_schema",
    "SELECT * FROM query('SELECT 1')": "query",
    "SELECT * FROM query_table('t')": "query_table",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))": "json_execute",
    "SELECT json_serialize_sql('SELECT 1')": "json_serialize_sql",
    "SELECT getenv('PATH')": "getenv",
    "SELECT current_setting('memory_limit')": "current_setting",
    "SELECT getvariable('x')": "getvariable",
    "SELECT pg_sleep(1)": "pg_sleep",
    "SELECT sleep_ms(1000)": "sleep_ms",
    "SELECT nextval('s')": "nextval",
    "SELECT setseed(0.1), write_log('x')": "write_log",
    "SELECT n.read_text() FROM t": "read_text",
    "SELECT repeat('x', 2000000000) FROM t": "10,000",
    "SELECT lpad('x', n * 1000000000) FROM t": "10,000",
    "SELECT rpad('x', 2000000000, 'y')": "10,000",
    "SELECT list_resize([1], 2000000000)": "10,000",
    "SELECT repeat(repeat(repeat('x', 10000), 10000), 10000)": "repeated again",
    "SELECT secret('a', 'b')": "secret",
    "SELECT reflect('java.lang.System', 'getenv')": "reflect",
    "SELECT $1": "PLACEHOLDER",
    "SELECT ?": "PLACEHOLDER",
    "SELECT 1 INTO x": "INTO",
    "SELECT * FROM nowhere": "nowhere",
    "SELECT * FROM pandas_scan(1)": "pandas_scan",
    "SELECT * FROM other.t": "other.t",
    "SUMMARIZE '/etc/passwd'": "/etc/passwd",
    "DESCRIBE '/etc/passwd'": "/etc/passwd",
    "SELECT * FROM (SUMMARIZE '/etc/passwd')": "/etc/passwd",
    "SELECT * FROM t.\"/etc/passwd\"": "/etc/passwd",
    "SELECT * FROM t, t.\"/etc/passwd\"": "/etc/passwd",
    "FROM t SEMI JOIN '/etc/passwd' USING (n)": "/etc/passwd",
    "FROM histogram('/etc/passwd', n)": "/etc/passwd",
    "PIVOT '/etc/passwd' ON n USING count(*)": "/etc/passwd",
    "PIVOT (FROM read_csv('/etc/passwd')) ON n USING count(*)": "read_csv",
    "PIVOT t ON n USING sum(getenv('PATH'))": "getenv",
    "WITH p AS (PIVOT t ON n USING count(*)) SELECT * FROM p, read_text('/etc/passwd')": "read_text",
    "SHOW DATABASES": "SHOW",
    "SHOW TABLES FROM memory": "SHOW",
    "PRAGMA table_info('t')": "PRAGMA",
    "SELECT t.* FROM t AT (VERSION => 1)": "BASE",
    "CREATE MACRO f(a) AS a; SELECT f(1)": "2 SQL statements",
}  # fmt: skip

# What the second layer's limits on memory and time stop as well, though later.
LARGE = {
    "SELECT repeat('x', 100 * 100 * 100)": "10,000",
    "SELECT repeat('x', 2 ** 30)": "10,000",
    "SELECT printf('%100000000d', 1)": "width",
}

BENIGN = [
    "SELECT * FROM t", "FROM t", "FROM t SELECT n WHERE n > 1", "SELECT count(*), avg(n) FROM t GROUP BY ALL",
    "WITH a AS (SELECT n FROM t), b AS (SELECT n + 1 AS m FROM a) SELECT * FROM a JOIN b ON a.n = b.m",
    "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 5) SELECT * FROM r",
    "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(x, y)", "SELECT unnest([1, 2, 3]) AS x", "VALUES (1), (2)",
    "SELECT lpad(n::VARCHAR, 5, '0'), rpad('a', 3, '.'), repeat('-', 10) FROM t",
    "SELECT row_number() OVER (PARTITION BY n ORDER BY n), lag(n) OVER w FROM t WINDOW w AS (ORDER BY n)",
    "SELECT n, rank() OVER (ORDER BY n DESC) r FROM t QUALIFY r <= 2",
    "SELECT date_trunc('month', DATE '2024-03-05'), strftime(DATE '2024-03-05', '%Y'), extract(year FROM now()) > 1",
    "SELECT cast(n AS DECIMAL(10, 2)), try_cast('x' AS INT), n::VARCHAR(3) FROM t",
    "SELECT list_transform([1, 2], lambda x: x + 1), [x * 2 for x in [1, 2]], {'a': 1}.a, map {'k': 1}['k']",
    "SELECT quantile_cont(n, 0.5), quantile_cont(n, [0.25, 0.75]), arg_max(n, n), string_agg(n::TEXT, ',') FROM t",
    "SELECT n FROM t WHERE n IN (SELECT n FROM t) AND n BETWEEN 1 AND 3 AND NOT EXISTS (SELECT 1 FROM t WHERE n > 99)",
    "SELECT CASE WHEN n > 1 THEN 'big' ELSE 'small' END AS size, if(n > 1, 1, 0), coalesce(n, 0) FROM t",
    "SELECT corr(n, n), regr_slope(n, n), stddev(n), var_pop(n), arg_min(n, n), max(n) FROM t",
    "SELECT * EXCLUDE (n) FROM (SELECT n, n AS m FROM t)", "SELECT * REPLACE (n * 2 AS n) FROM t",
    "SELECT columns('n.*') FROM t", "SELECT max(columns(*)) FROM t", "SELECT * FROM t USING SAMPLE 10%",
    "SELECT * FROM t UNION ALL BY NAME SELECT * FROM t", "SELECT * FROM t EXCEPT SELECT 2",
    "SELECT * FROM t POSITIONAL JOIN t AS u", "SELECT n, count(*) FILTER (WHERE n > 1) FROM t GROUP BY ROLLUP (n)",
    "PIVOT t ON n USING count(*)", "UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b INTO NAME k VALUE v",
    "SUMMARIZE t", "DESCRIBE t", "SELECT * FROM range(3)", "SELECT * FROM generate_series(1, 3) AS g(i)",
    "SELECT regexp_extract('a1', '[0-9]'), 'abc' SIMILAR TO 'a.*', 'x' ILIKE 'X', split_part('a-b', '-', 2)",
    "SELECT now() > TIMESTAMP '2020-01-01', current_date > DATE '2020-01-01', age(TIMESTAMP '2020-01-01') IS NOT NULL",
    "SELECT make_date(2020, 1, 1), datediff('day', DATE '2020-01-01', DATE '2020-02-01') AS d",
    "SELECT greatest(1, 2), least(1, 2), round(1.234, 2), n // 2, n % 2, n ** 2, -n FROM t",
    "SELECT * FROM t, LATERAL (SELECT t.n + 1 AS m) AS l", "SELECT TRY(1 // 0), TRY_CAST('x' AS INT)", "SELECT 5!",
    "SELECT * FROM t USING SAMPLE reservoir(2 ROWS) REPEATABLE (42)", "SELECT 'a'::ENUM('a', 'b') AS e",
    "SELECT repeat('*', n), bar(n, 0, 10, n), lpad(n::TEXT, n::INT, '0') FROM t", "FROM histogram(t, n)",
    "PIVOT t ON n USING count(*) ORDER BY ALL", "WITH p AS (PIVOT t ON n USING sum(n)) FROM p LIMIT 1",
    "PIVOT t ON n IN (1, 2) USING sum(n) -- every n",
    """SELECT '{"a.b":1,"a":{"b":2}}'::JSON ->> 'a.b', '{"a.b":1,"a":{"b":2}}'::JSON -> 'a.b'""",
    """SELECT extract("year" FROM DATE '2020-01-01'), CAST('1' AS "INT")""",
    "SELECT 'a;b--c' AS \"x; DROP TABLE t --\", $$ ; DROP TABLE t $$ FROM t", "SELECT n.abs(), n.greatest(2) FROM t",
    "SELECT /* a comment */ n -- another\nFROM t", "SELECT \"n\" FROM \"T\"", "select N from T order by all limit 2",
]  # fmt: skip


def said(query: str) -> str:
    return " ".join(finding.message for finding in check(Code(query, "sql"), ["t"]))


@pytest.mark.parametrize("query", {**ATTACKS, **LARGE})
def test_the_policy_alone_refuses_and_names_the_construct(query: str) -> None:
    message = said(query)
    assert message
    assert {**ATTACKS, **LARGE}[query].lower() in message.lower()


@pytest.mark.parametrize("query", BENIGN)
def test_what_only_reads_passes_and_runs_as_it_was_written(query: str) -> None:
    assert said(query) == ""
    assert rewritten(Code(query, "sql"), ["t"]).text == query
    with duckdb.connect() as connection:
        connection.register("t", pd.DataFrame({"n": [1, 2, 3]}))
        connection.sql(query).fetchall()


def test_the_gold_queries_of_a_public_corpus_pass_and_run_as_they_were_written() -> None:
    assert len(GOLD) >= 300
    refused, changed, unread = {}, [], []
    for query in GOLD:
        tables = {table.name for table in sqlglot.parse_one(query, read="sqlite").find_all(exp.Table)}
        findings = check(Code(query, "sql"), tables)
        if findings:
            refused[query] = findings[0].message
        again = rewritten(Code(query, "sql"), tables).text
        if again != query:
            changed.append(again)
            unread += [query] if not again.count('"CAST"') else []
    assert refused == {}
    assert len(changed) == 4  # those of a table CAST, which DuckDB reads in quotes alone
    assert unread == []


OWN = [
    "SHOW TABLES", "SHOW ALL TABLES", "DESCRIBE t", "PRAGMA table_info('t')", "PRAGMA show_tables;", "EXPLAIN FROM t",
    "EXPLAIN ANALYZE SELECT n FROM t", "SELECT table_name, column_name FROM information_schema.columns",
    "CREATE MACRO f(a) AS a + 1; SELECT f(n) FROM t", "FROM pragma_table_info('t')",
    "CREATE TEMP MACRO g(a, b) AS TABLE SELECT n + b AS m FROM t WHERE n > a; FROM g(1, 2)",
    "CREATE OR REPLACE MACRO f(a) AS a; CREATE MACRO g(a) AS f(a) * 2; SELECT g(n) FROM t; -- done",
]  # fmt: skip


@pytest.mark.parametrize("query", OWN)
def test_a_user_may_ask_which_tables_there_are_explain_and_make_macros_and_a_model_may_not(query: str) -> None:
    assert check(Code(query, "sql"), ["t"], own=True) == []
    assert bool(said(query)) == (not query.startswith("DESCRIBE"))
    with duckdb.connect() as connection:
        connection.register("t", pd.DataFrame({"n": [1, 2, 3]}))
        assert connection.sql(query).fetchall()


@pytest.mark.parametrize(
    "query",
    [
        "CREATE MACRO f(a) AS (SELECT content FROM read_text(a)); SELECT f('/etc/passwd')",
        "CREATE MACRO f(a) AS a, (a, b) AS getenv(a); SELECT f('x', 'y')",
        "CREATE MACRO f(a) AS TABLE FROM '/etc/passwd'; FROM f(1)",
        "CREATE MACRO count(a) AS 1; SELECT count(n) FROM t",
        "CREATE TABLE x AS SELECT 1; FROM x",
        "CREATE MACRO f(a) AS a; CREATE TABLE x AS SELECT 1; SELECT 1",
        "CREATE MACRO f(a) AS a; DROP TABLE t",
        "SET threads = 1; SELECT 1",
        "EXPLAIN ANALYZE DELETE FROM t",
        "EXPLAIN SELECT * FROM read_text('/etc/passwd')",
        "EXPLAIN EXPLAIN SELECT 1; DROP TABLE t",
        "PRAGMA database_list",
        "PRAGMA table_info('/etc/passwd')",
        "SHOW DATABASES",
        "FROM information_schema.schemata.x",
        "FROM pragma_table_info('/etc/passwd')",
        "SELECT 1\0",
    ],
)
def test_what_a_user_may_do_beyond_a_model_lets_nothing_else_through(query: str) -> None:
    assert check(Code(query, "sql"), ["t"], own=True)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT " + "(" * 90_000,
        "SELECT " + "[" * 9_000 + "]" * 9_000,
        "SELECT 1" + " UNION ALL SELECT 1" * 5_000,
        "SELECT " + "CASE WHEN 1 THEN " * 5_000,
        "SELECT " + "NOT " * 20_000 + "1",
        "SELECT " + ", ".join(["1"] * 30_000),
        "SELECT 'x" + "'" * 90_000,
        "EXPLAIN " * 9_000 + "SELECT 1",
        "SELECT '\ud800'",
    ],
    ids=range(9),
)
def test_sql_that_is_made_to_break_its_reader_is_refused_in_time(query: str) -> None:
    since = time.process_time()
    assert check(Code(query, "sql"), ["t"])
    assert time.process_time() - since < 10


def test_a_frame_whose_name_is_no_word_is_read_in_quotes() -> None:
    assert check(Code('SELECT count(*) FROM "Sales 2024"', "sql"), ["Sales 2024", "t"]) == []
    assert names('SELECT count(*) FROM "sales 2024"', ["Sales 2024", "t", "Sales"]) == {"Sales 2024", "Sales"}
    (finding,) = check(Code("SELECT count(*) FROM Sales", "sql"), ["Sales 2024", "t"])
    assert '"Sales 2024"' in finding.message


_odd = st.sampled_from(
    ["year", "year from x", 'n"; DROP TABLE t; --', "'", "a.b", "/etc/passwd", ";", "--", "*/", "INT)"]
)
_hostile = st.text("ab\"';-/*()$ \n\\.é", max_size=12) | _odd
_name = _hostile.map(lambda text: '"' + text.replace('"', '""') + '"')
_text = _hostile.map(lambda text: "'" + text.replace("'", "''") + "'")
_expression = st.recursive(
    st.one_of(
        st.sampled_from(["n", "t.n", "1", "NULL", "DATE '2020-01-01'"]), _text, _name.map(lambda name: f"t.{name}")
    ),
    lambda inner: st.one_of(
        st.builds("extract({} FROM {})".format, _name | _text, inner),
        st.builds("CAST({} AS {})".format, inner, _name),
        st.builds("{}::{}".format, inner, _name),
        st.builds("{}::JSON ->> {}".format, inner, _text),
        st.builds("{} COLLATE {}".format, inner, _name),
        st.builds("{}({})".format, _name | st.sampled_from(["abs", "upper"]), inner),
        st.builds("{{{}: {}}}".format, _name | _text, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("CASE WHEN {} IS NULL THEN {} END".format, inner, inner),
    ),
    max_leaves=5,
)
_source = st.one_of(
    st.just("t"), _name, _text, st.builds("t.{}".format, _name), st.builds("(SUMMARIZE {})".format, _text)
)
_query = st.one_of(
    st.builds("SELECT {} AS {} FROM {} /* {} */".format, _expression, _name, _source, st.just("x")),
    st.builds("WITH {} AS (SELECT {} FROM t) SELECT * FROM {} -- {}".format, _name, _expression, _source, _text),
    st.builds("PIVOT {} ON {} USING first({}) ORDER BY ALL".format, _source, _expression, _expression),
    st.builds("SELECT {} FROM t UNION ALL SELECT {} FROM {}".format, _expression, _expression, _source),
)


def _state(connection: duckdb.DuckDBPyConnection) -> Any:
    objects = (
        "SELECT table_name, sql FROM duckdb_tables() UNION ALL SELECT view_name, sql FROM duckdb_views() ORDER BY ALL"
    )
    return connection.execute(objects).fetchall(), connection.execute("FROM t ORDER BY ALL").fetchall()


@pytest.fixture(scope="module")
def unlocked() -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine that would do what it is told."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
        yield connection


@given(query=_query)
@settings(deadline=None, max_examples=1_000, suppress_health_check=[HealthCheck.too_slow])
def test_a_thousand_odd_statements_are_refused_or_change_nothing_and_read_only_the_frame(
    query: str, unlocked: duckdb.DuckDBPyConnection
) -> None:
    """Quoted parts, types, keys, labels and tables that hold SQL, run without the second layer's lock."""
    if check(Code(query, "sql"), ["t"]):
        return
    before = _state(unlocked)
    assert rewritten(Code(query, "sql"), ["t"]).text == query
    assert len(unlocked.extract_statements(query)) == 1
    try:
        unlocked.sql(query).fetchall()
    except duckdb.IOException:  # a file was looked for
        raise
    except duckdb.Error:
        return
    assert _state(unlocked) == before


SECRET = "planted-canary"
LIMITS = Limits(memory=1_000_000_000, timeout=20)


@pytest.fixture(scope="module")
def runs() -> dict[str, Execution]:
    """What the locked DuckDB alone makes of every attack, one after the other in one sandbox."""

    async def work() -> dict[str, Execution]:
        sandbox = Sandbox(DockerProvider(LIMITS), LIMITS)
        frame = to_frame("t", pd.DataFrame({"n": [1, 2, 3]}))
        try:
            await sandbox.run(Code(f"open('/work/secret.csv', 'w').write('a\\n{SECRET}\\n')"))
            found = {query: await sandbox.run(Code(query, "sql"), [frame]) for query in ATTACKS}
            look = "import os\n[sorted(os.listdir('/work')), t.n.tolist()]"
            return {**found, "afterwards": await sandbox.run(Code(look), [frame])}
        finally:
            await sandbox.close()

    return asyncio.run(work())


@pytest.mark.docker
@pytest.mark.timeout(300)
@pytest.mark.parametrize("query", ATTACKS)
def test_the_locked_engine_alone_gives_away_nothing(query: str, runs: dict[str, Execution]) -> None:
    shown = [str(output.data.to_pydict()) for output in runs[query].outputs if output.kind == "table"]
    for text in shown:
        assert SECRET not in text
        assert "root:" not in text
        assert "ANALYST" not in text
    if not query.startswith('WITH "') and any(
        word in query for word in ("read_", "COPY", "ATTACH", "/etc", "glob", "sniff", "INSTALL", "LOAD", "SET m")
    ):
        assert runs[query].error is not None


@pytest.mark.docker
@pytest.mark.timeout(300)
def test_after_all_attacks_no_file_is_written_and_the_frame_is_as_it_was(runs: dict[str, Execution]) -> None:
    (output,) = runs["afterwards"].outputs
    assert "[1, 2, 3]" in output.data
    assert "pwned" not in output.data


@pytest.mark.parametrize(
    ("text", "runs_as"),
    [
        ("SELECT max(at) AS at FROM t", 'SELECT max("at") AS "at" FROM t'),
        ("SELECT at, order FROM t ORDER BY at DESC", 'SELECT "at", "order" FROM t ORDER BY "at" DESC'),
        ("SELECT t.at, 'at' FROM t WHERE at > 3 AND end IS NULL",
         """SELECT t."at", 'at' FROM t WHERE "at" > 3 AND "end" IS NULL"""),
        ("SELECT sum(x) FROM t GROUP BY group", 'SELECT sum(x) FROM t GROUP BY "group"'),
        ("SELECT x AS at FROM t", "SELECT x AS at FROM t"),  # as DuckDB reads it
        ("SELECT max(at FROM t", "SELECT max(at FROM t"),  # no quotes help
    ],
)  # fmt: skip
def test_columns_named_by_words_of_sql_stand_in_quotes_where_duckdb_needs_them(text: str, runs_as: str) -> None:
    assert rewritten(Code(text, "sql"), ["t"]).text == runs_as
