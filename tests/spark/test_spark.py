"""Questions to Spark, on a real cluster of one master and two workers: nothing is collected, and nothing but read."""

from __future__ import annotations

import datetime as dt
import threading
import time
import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from orders_questions import QUESTIONS as SIXTY
from spark_cluster import Cluster
from test_connected_questions import CHART
from test_connection_answers import frames, shown
from test_query_policy import statements

from analyst_magic import Analyst
from analyst_magic.commands.connections import connection_checks
from analyst_magic.errors import InputError
from analyst_magic.query.policy import Scope, check
from analyst_magic.sources.connections.connection import Caps, QueryFailed, QueryStopped, Stop
from analyst_magic.sources.connections.open import database_of, open_connection
from analyst_magic.sources.connections.spark import SparkConnection, planned_rows
from analyst_magic.sources.connections.tables import expanded
from analyst_magic.sources.kinds import source_of
from analyst_magic.testing import ScriptedModel

pytestmark = pytest.mark.timeout(400)
FOREVER = "SELECT count(*) FROM range(3000000) a JOIN range(3000000) b ON a.id * b.id = -1"


@pytest.fixture(params=["classic", "connect"])
def session(request: pytest.FixtureRequest) -> Any:
    """A session of each kind in turn."""
    return request.getfixturevalue("spark" if request.param == "classic" else "spark_connect")


# -- what is in scope --------------------------------------------------------------------------------------------------


def test_sessions_and_data_frames_are_found(session: Any) -> None:
    orders = session.table("orders")
    assert database_of(session) == "Spark"
    found = expanded({"spark": session, "mine": orders.where("amount > 100")})
    assert {"mine", "orders", "customers", "products"} <= found.keys()
    assert source_of("mine", found["mine"]).labels[:3] == ["id", "customer_id", "product_id"]
    assert dict(source_of("mine", found["mine"]).column_kinds())["amount"] == "number"


def test_the_catalogue_has_types_comments_and_statistics(spark: Any) -> None:
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW seen AS SELECT id AS place FROM orders")
    spark.sql("COMMENT ON TABLE products IS 'What is sold'")
    try:
        tables = {name: table for (_, name), table in SparkConnection(spark).catalogue().tables.items()}
    finally:
        spark.catalog.dropTempView("seen")
    assert tables["orders"].rows == 2000
    assert [(column.name, column.type) for column in tables["orders"].columns][4] == ("amount", "decimal(10,2)")
    assert (tables["products"].comment, tables["seen"].kind) == ("What is sold", "view")


# -- a statement -------------------------------------------------------------------------------------------------------


def test_values_keep_their_types(session: Any) -> None:
    found = open_connection("spark", session).run(
        "SELECT 12345678901234567890.123456789BD AS n, double('NaN') AS f, date '2024-01-31' AS d, "
        "timestamp_ntz '2024-01-31 10:00:00.5' AS t, array('a', 'b') AS l, interval '14' month AS m, "
        "interval '1 02' day to hour AS i, 9223372036854775807L AS b, x'01' AS y, map('a', 1) AS p, "
        "named_struct('a', 1) AS s, parse_json('{\"a\": 1}') AS v, NULL AS u, make_interval(1, 2) AS c, 1 AS n",
        Caps(),
    )
    (row,) = found.table.to_pylist()
    assert row["n"] == Decimal("12345678901234567890.123456789")
    assert row["f"] != row["f"]
    assert (row["d"], row["t"]) == (dt.date(2024, 1, 31), dt.datetime(2024, 1, 31, 10, 0, 0, 500_000))
    assert (row["l"], row["m"].months, row["i"]) == (["a", "b"], 14, dt.timedelta(days=1, hours=2))
    assert (row["b"], row["y"], row["p"], row["s"]) == (2**63 - 1, b"\x01", [("a", 1)], {"a": 1})
    assert (row["v"], row["u"], row["c"], row["n_2"]) == ('{"a":1}', None, "1 years 2 months", 1)
    assert found.notes == ("v is variant on Spark, and is text here.", "c is interval on Spark, and is text here.")


def test_times_are_those_of_the_sessions_zone(spark: Any) -> None:
    before = spark.conf.get("spark.sql.session.timeZone")
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    try:
        found = SparkConnection(spark).run("SELECT timestamp '2024-01-31 23:00:00' AS t", Caps()).table
    finally:
        spark.conf.set("spark.sql.session.timeZone", before)
    assert found.to_pylist()[0]["t"].isoformat() == "2024-01-31T23:00:00-05:00"


def test_rows_come_in_their_order_and_none_are_a_result(session: Any) -> None:
    connection = open_connection("spark", session)
    rows = connection.run("SELECT id FROM orders ORDER BY id DESC", Caps()).table
    assert rows.column("id").to_pylist() == list(range(2000, 0, -1))
    empty = connection.run("SELECT id, status FROM orders WHERE id < 0", Caps()).table
    assert (empty.num_rows, empty.column_names) == (0, ["id", "status"])


def test_a_result_is_cut_at_rows_at_bytes_and_at_what_the_driver_takes(session: Any) -> None:
    connection = open_connection("spark", session)
    found = connection.run("SELECT * FROM orders", Caps(rows=10))
    assert (found.table.num_rows, found.cut) == (10, True)
    wide = connection.run("SELECT id, repeat('x', 1000) AS x FROM range(60000)", Caps(bytes=2_000_000))
    assert wide.cut
    assert 0 < wide.table.num_rows < 60_000
    large = connection.run("SELECT id, repeat('x', 1000) AS x FROM range(200000)", Caps())
    assert large.table.num_rows == 200_000 if not large.cut else 10_000 < large.table.num_rows < 200_000


def test_a_statement_ends_at_its_deadline_and_when_it_is_stopped(session: Any) -> None:
    connection, begun = open_connection("spark", session), time.monotonic()
    with pytest.raises(QueryStopped, match="more than 2 seconds"):
        connection.run(FOREVER, Caps(seconds=2))
    stop = Stop()
    threading.Timer(2, stop.set).start()
    with pytest.raises(QueryStopped, match="stopped"):
        connection.run(FOREVER, Caps(), stop)
    assert time.monotonic() - begun < 30
    assert connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2000}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT nonsense FROM orders", "nonsense"),
        ("SELECT raise_error('it is Tuesday') FROM orders", "it is Tuesday"),
        ("SELECT 1 / (id - 1) FROM orders", "Division by zero"),
        ("SELECT CAST(status AS INT) FROM orders", "cannot be cast"),
        ("SELECT * FROM nowhere", "nowhere"),
        ("SELECT FROM WHERE (", "syntax"),
    ],
)
def test_an_error_is_a_sentence_of_sparks_own(session: Any, text: str, said: str) -> None:
    with pytest.raises(QueryFailed) as failed:
        open_connection("spark", session).run(text, Caps())
    assert said.lower() in str(failed.value).lower()
    assert not any(word in str(failed.value) for word in ("\n", "java.", "127.0.0.1", "SQLSTATE"))


def test_the_planner_tells_a_product_of_tables_from_a_join_by_keys(spark: Any) -> None:
    connection = SparkConnection(spark)
    product = connection.estimate("SELECT count(*) FROM range(100000) a CROSS JOIN range(100000) b")
    by_keys = connection.estimate("SELECT count(*) FROM range(100000) a JOIN range(100000) b ON a.id = b.id")
    assert product is not None
    assert product >= 1e10
    assert by_keys == 100_000
    assert planned_rows("nothing of a plan") is None


# -- the policy --------------------------------------------------------------------------------------------------------


def test_harmless_statements_are_read_by_spark_as_the_policy_read_them(spark: Any) -> None:
    columns = {"orders": ["array('a') AS tags", "'{}' AS details"], "customers": [], "products": []}
    texts = [text for text in statements("harmless_common") if '"' not in text] + statements("harmless_spark")
    assert len(texts) >= 200
    failed, scope = dict[str, str](), Scope({("default", name) for name in columns}, ["default"], "spark_catalog")
    for name, more in columns.items():
        spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS SELECT {', '.join(['*', *more])} FROM default.{name}")
    try:
        for text in texts:
            assert check(text, "spark", scope) == []
            try:
                spark.sql(text).schema  # noqa: B018 - Spark has analysed it
            except Exception as error:  # noqa: BLE001 - whatever it says is shown
                failed[text] = str(error)[:200]
    finally:
        for name in columns:
            spark.catalog.dropTempView(name)
    assert failed == {}


def test_no_attack_reaches_spark(analyst: Analyst, model: ScriptedModel, spark: Any, tmp_path: Path) -> None:
    attacks = [*statements("attacks_common"), *statements("attacks_spark")]
    assert len(attacks) >= 180
    scope = Scope({("default", "orders"), ("default", "customers")}, ["default"], "spark_catalog")
    assert [attack for attack in attacks if not check(attack, "spark", scope)] == []
    before = [table.name for table in spark.catalog.listTables()]
    target = tmp_path / "written"
    for attack in (
        "SELECT reflect('java.lang.System', 'getenv', 'PATH') AS n",
        "SELECT * FROM csv.`/etc/passwd`",
        f"INSERT OVERWRITE DIRECTORY '{target}' USING csv SELECT * FROM orders",
        "DROP TABLE orders",
        "SELECT '${env:PATH}' AS n",
    ):
        for _ in range(3):
            model.say(f"```sql connection=spark\n{attack}\n```")
        turn = analyst.ask("Show something", connections={"spark": spark})
        assert turn.error is not None, attack
        assert turn.tables == ()
    assert [table.name for table in spark.catalog.listTables()] == before
    assert not target.exists()


# -- questions ---------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(900)
def test_the_sixty_questions_have_the_answers_of_frames(offline: Analyst, spark_orders: Any) -> None:
    data, wrong = frames(), {}
    for question in SIXTY:
        expected = shown(question, offline.ask(question, data))
        answer = shown(question, offline.ask(question, connections={"shop": spark_orders}))
        if answer != expected:
            wrong[question] = (expected, answer)
    assert wrong == {}


def test_a_data_frame_is_asked_on_spark_and_never_collected(offline: Analyst, session: Any) -> None:
    sales = session.table("orders").selectExpr("status", "amount * 2 AS amount")
    for name in ("toPandas", "collect", "toLocalIterator", "toArrow", "mapInArrow"):
        setattr(sales, name, lambda *_: pytest.fail("it was collected"))
    turn = offline.ask("Total amount by status", {"sales": sales})
    assert turn.error is None
    assert any(note.startswith("Asked of spark (Spark): sales") for note in turn.notes)
    totals = {row["status"]: row["total"] for row in sales.groupBy("status").agg({"amount": "sum"})
              .withColumnRenamed("sum(amount)", "total").collect()}  # fmt: skip
    assert {row["status"]: row["total_amount"] for row in turn.tables[0].to_arrow().to_pylist()} == totals
    assert not session.catalog.tableExists("sales")


def test_a_frame_never_takes_the_place_of_a_view_of_its_name(offline: Analyst, spark: Any) -> None:
    spark.range(3).createOrReplaceTempView("sales")
    sales = spark.range(5).selectExpr("id", "id * 10 AS amount")
    try:
        turn = offline.ask("Total amount", {"sales": sales})
        assert (turn.error, "100" in turn.answer) == (None, True)
        assert spark.table("sales").count() == 3
    finally:
        spark.catalog.dropTempView("sales")


def test_frames_and_tables_of_one_session_are_joined_there(analyst: Analyst, model: ScriptedModel, spark: Any) -> None:
    large = spark.table("orders").where("amount > 300")
    model.say(CHART.replace("FROM orders o", "FROM large o").replace("connection=shop", "connection=spark"))
    turn = analyst.ask("Total of large by region as a bar chart", {"large": large}, connections={"spark": spark})
    assert turn.error is None
    assert len(turn.figures) == 1
    assert any("customers, large" in note for note in turn.notes)
    again = analyst.ask("Total of large by region as a bar chart", {"large": large}, connections={"spark": spark})
    assert (again.pinned, again.answer) == (True, turn.answer)


def test_two_questions_at_once_share_a_frame(spark: Any) -> None:
    sales = spark.table("orders")
    connection = SparkConnection(spark).with_frames({"sales": sales}, alone=True)
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(connection.run("SELECT count(*) AS n FROM sales", Caps()).table))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [table.to_pylist() for table in found] == [[{"n": 2000}]] * 4
    assert not spark.catalog.tableExists("sales")


def test_doctor_says_that_spark_has_no_session_that_only_reads(spark: Any) -> None:
    (line,) = connection_checks({"spark": spark})
    assert "Spark has no read-only session" in line.found


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_a_stopped_session_is_said(spark_connect: Any, spark: Any) -> None:
    other = spark_connect.newSession()
    frame = other.range(3)
    other.stop()
    with pytest.raises(InputError, match="the Spark session is stopped"):
        expanded({"other": other})
    with pytest.raises(InputError, match="frame cannot be asked: the Spark session is stopped"):
        expanded({"frame": frame})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert "orders" in expanded({"other": other, "spark": spark})
    assert any("Left out" in str(warning.message) for warning in caught)


def test_a_worker_that_is_lost_in_mid_query_changes_no_result(spark: Any, spark_cluster: Cluster) -> None:
    text = "SELECT count(*) AS n, sum(id) AS s FROM (SELECT id FROM range(0, 40000000, 1, 40) WHERE hash(id) % 2 = 0)"
    connection = SparkConnection(spark)
    expected = connection.run(text, Caps()).table.to_pylist()
    threading.Timer(0.5, spark_cluster.kill, [0]).start()
    assert connection.run(text, Caps()).table.to_pylist() == expected
    spark_cluster.add_workers(1)


def test_a_cluster_without_workers_is_said_at_the_deadline(spark: Any, spark_cluster: Cluster) -> None:
    while spark_cluster.workers:
        spark_cluster.kill(0)
    connection, begun = SparkConnection(spark), time.monotonic()
    with pytest.raises(QueryStopped, match="no worker"):
        connection.run("SELECT count(*) FROM range(0, 100000, 1, 4) WHERE hash(id) = 3", Caps(seconds=12))
    assert time.monotonic() - begun < 40
    spark_cluster.add_workers(2)
    assert connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2000}]
