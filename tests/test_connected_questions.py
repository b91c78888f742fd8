"""Questions to databases, as a notebook asks them: the same answers as over frames, and nothing but reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from shop_database import contents_of_shop

from analyst_magic import Analyst
from analyst_magic.commands.connections import connection_checks
from analyst_magic.errors import InputError
from analyst_magic.testing import ScriptedModel
from analyst_magic.turn import Turn

QUESTIONS = [
    "How many orders are there?",
    "Total amount by status",
    "Total amount by month as a line chart",
    "Average quantity by status as a bar chart",
    "Top 5 orders by amount",
    "Orders with amount above 400",
    "Total amount by year",
    "Total amount by region",
    "Share of orders by status",
    "Number of orders by weekday",
    "Total amount by quarter",
]
CHART = """By region:
```sql connection=shop result=by_region
SELECT c.region, sum(o.amount) AS total FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.region
```
```python
import plotly.express as px
answer(f"{len(by_region)} regions, {by_region.total.sum():,.2f} in all.")
px.bar(by_region, x="region", y="total", title="Total by region")
```"""


@pytest.fixture
def shop_in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    contents_of_shop(connection)
    return connection


def frames_of(connection: Any) -> dict[str, pd.DataFrame]:
    """The shop as frames."""
    from analyst_magic.sources.connections.connection import Caps
    from analyst_magic.sources.connections.open import open_connection

    opened = open_connection("shop", connection)
    names = ("orders", "customers", "products")
    tables = {name: opened.run(f"SELECT * FROM {name}", Caps()).table for name in names}
    frames = {name: table.to_pandas(date_as_object=False) for name, table in tables.items()}
    return {
        name: frame.assign(amount=frame.amount.astype(float)) if name == "orders" else frame
        for name, frame in frames.items()
    }


def test_the_planner_answers_as_over_frames(offline: Analyst, database: Any) -> None:
    frames = frames_of(database)
    for question in QUESTIONS:
        expected, turn = offline.ask(question, frames), offline.ask(question, connections={"shop": database})
        assert (question, turn.error, turn.answer) == (question, None, expected.answer)
        assert [result.kind for result in turn.results] == [result.kind for result in expected.results]


def test_a_reply_with_a_query_and_a_chart_is_one_program(analyst: Analyst, model: ScriptedModel, database: Any) -> None:
    model.say(CHART)
    turn = analyst.ask("Total by region as a bar chart", connections={"shop": database})
    assert turn.error is None
    assert turn.answer.startswith("4 regions, ")
    assert len(turn.figures) == 1
    assert turn.code.startswith("# connection: shop, result: by_region\n# SELECT c.region")
    assert any(note.startswith("Asked of shop (") and "customers, orders" in note for note in turn.notes)


def test_a_pinned_program_runs_again_with_no_model(
    analyst: Analyst, model: ScriptedModel, shop_in_memory: sqlite3.Connection
) -> None:
    model.say(CHART)
    first = analyst.ask("Total by region as a bar chart", connections={"shop": shop_in_memory})
    again = analyst.ask("Total by region as a bar chart", connections={"shop": shop_in_memory})
    assert (again.pinned, again.answer) == (True, first.answer)
    assert any("unchanged" in note for note in again.notes)
    text = analyst._desk.lock.path.read_text()  # type: ignore[union-attr]
    assert "customers" in text
    assert "memory" not in text
    shop_in_memory.execute("UPDATE orders SET amount = 2 * amount")
    changed = analyst.ask("Total by region as a bar chart", connections={"shop": shop_in_memory})
    assert any("changed since" in note for note in changed.notes)


def test_sql_alone_runs_where_its_tables_are(
    analyst: Analyst, model: ScriptedModel, shop_in_memory: sqlite3.Connection
) -> None:
    model.say("```sql\nSELECT count(*) AS n FROM orders\n-- answer: There are {n:,} orders.\n```")
    turn = analyst.ask("How many orders?", connections={"shop": shop_in_memory})
    assert (turn.error, turn.answer) == (None, "There are 2,000 orders.")
    assert turn.code.startswith("-- connection: shop\n")
    assert turn.tables[0].to_arrow().to_pylist() == [{"n": 2000}]


def test_the_model_is_told_of_the_database_and_how_to_ask_it(
    analyst: Analyst, model: ScriptedModel, shop_in_memory: sqlite3.Connection
) -> None:
    context = analyst.context("Total amount of orders by status", connections={"shop": shop_in_memory})
    assert context.connections == ("shop (SQLite)",)
    assert '"orders": SQLite table of connection shop, 2,000 rows' in context.description


def test_no_row_is_read_at_the_level_schema(analyst: Analyst, shop_in_memory: sqlite3.Connection) -> None:
    read: list[str] = []
    shop_in_memory.set_trace_callback(read.append)
    context = analyst.context("Orders by status", connections={"shop": shop_in_memory}, privacy="schema")
    assert '- "status"' in context.description
    assert "paid" not in context.description
    assert not any("FROM orders" in text for text in read)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("DELETE FROM orders", "DELETE"),
        ("SELECT * FROM sqlite_master", "sqlite_master"),
        ("SELECT load_extension('x') FROM orders", "load_extension"),
        ("SELECT 1; DROP TABLE orders", "several"),
    ],
)
def test_what_does_more_than_read_is_refused(
    offline: Analyst, shop_in_memory: sqlite3.Connection, sql: str, says: str
) -> None:
    turn = offline.run(f"-- connection: shop\n{sql}", "sql", connections={"shop": shop_in_memory})
    assert turn.error is not None
    assert says in turn.error.message
    assert shop_in_memory.execute("SELECT count(*) FROM orders").fetchall() == [(2000,)]


def test_hidden_columns_are_neither_told_nor_read(
    analyst: Analyst, model: ScriptedModel, shop_in_memory: sqlite3.Connection
) -> None:
    options: dict[str, Any] = {"connections": {"shop": shop_in_memory}, "hidden": ["customers.email"], "max_repairs": 0}
    assert "email" not in analyst.context("Customers by region", **options).description
    for text in ("SELECT email FROM customers", "SELECT * FROM customers"):
        model.say(f"```sql connection=shop\n{text}\n```")
        turn = analyst.ask(f"Show me {text}", **options)
        assert turn.error is not None
        assert "hidden" in turn.error.message


def test_a_table_is_no_variable_and_the_model_is_told_what_to_do(
    analyst: Analyst, model: ScriptedModel, shop_in_memory: sqlite3.Connection
) -> None:
    model.say("```python\nanswer(f'{len(orders)}')\norders.groupby('status').amount.sum()\n```")
    model.say("```sql connection=shop\nSELECT status, sum(amount) AS total FROM orders GROUP BY status\n```")
    turn = analyst.ask("Amount by status", connections={"shop": shop_in_memory})
    assert turn.error is None
    assert "orders is a table of shop" in str(turn.attempts[0].error)


def test_two_databases_and_a_frame_are_joined_in_one_answer(
    analyst: Analyst, model: ScriptedModel, shop_in_memory: sqlite3.Connection, duckdb_shop: Any
) -> None:
    model.say(
        "```sql connection=shop result=a\nSELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id\n```\n"
        "```sql connection=other result=b\nSELECT id, region FROM customers\n```\n"
        "```python\nm = a.merge(b, left_on='customer_id', right_on='id').merge(names, on='region')\n"
        "answer(f'{m.n.sum()} orders')\nm.groupby('label').n.sum().reset_index()\n```"
    )
    names = pd.DataFrame({"region": ["north", "south", "east", "west"], "label": list("NSEW")})
    turn = analyst.ask("Orders by label", {"names": names}, connections={"shop": shop_in_memory, "other": duckdb_shop})
    assert (turn.error, turn.answer) == (None, "2000 orders")
    assert len(turn.tables[0].to_arrow()) == 4


def test_a_cut_result_says_so(offline: Analyst, shop_in_memory: sqlite3.Connection) -> None:
    turn = offline.run("SELECT * FROM orders", "sql", connections={"shop": shop_in_memory}, max_rows=50)
    assert any("was cut at 50 rows" in note for note in turn.notes)


def test_an_error_of_the_engine_is_repaired(
    analyst: Analyst, model: ScriptedModel, shop_in_memory: sqlite3.Connection
) -> None:
    model.say("```sql connection=shop\nSELECT stat, count(*) AS n FROM orders GROUP BY stat\n```")
    model.say("```sql connection=shop\nSELECT status, count(*) AS n FROM orders GROUP BY status\n```")
    turn = analyst.ask("Orders by status", connections={"shop": shop_in_memory})
    assert turn.error is None
    assert "no such column: stat" in str(turn.attempts[0].error)


def test_a_table_that_is_gone_is_said(offline: Analyst, sqlite_file: Path) -> None:
    with sqlite3.connect(sqlite_file) as connection:
        connection.execute("DROP TABLE secret")
    turn = offline.run("-- connection: shop\nSELECT * FROM secret", "sql", connections={"shop": sqlite_file})
    assert "secret, which is no table in scope" in str(turn.error)


def test_an_unknown_connection_is_named(offline: Analyst, shop_in_memory: sqlite3.Connection) -> None:
    turn = offline.run("-- connection: shopp\nSELECT 1", "sql", connections={"shop": shop_in_memory})
    assert "There is no connection shopp in scope. Connections: shop." in str(turn.error)


def test_the_user_approves_a_query_before_it_runs(analyst: Analyst, shop_in_memory: sqlite3.Connection) -> None:
    seen: list[tuple[str, tuple[str, ...]]] = []

    def confirm(code: str, frames: tuple[str, ...]) -> str | None:
        seen.append((code, frames))
        return None

    ask: Callable[..., Turn] = analyst.ask
    turn = ask("SQL: SELECT count(*) FROM orders", connections={"shop": shop_in_memory}, confirm=confirm)
    assert seen == [("-- connection: shop\nSELECT count(*) FROM orders", ("orders",))]
    assert "cancelled" in str(turn.error)


def test_a_closed_connection_hides_nothing_else(offline: Analyst) -> None:
    closed = sqlite3.connect(":memory:")
    closed.close()
    frame = pd.DataFrame({"region": ["n", "s"], "revenue": [1.0, 2.0]})
    with pytest.warns(UserWarning, match="The connection old cannot be used"):
        turn = offline.ask("How many rows has sales?", {"sales": frame, "old": closed})
    assert turn.error is None
    with pytest.raises(InputError, match="The connection old cannot be used"):
        offline.ask("How many rows?", {"old": closed})


def test_the_layers_of_a_connection_are_told(shop_in_memory: sqlite3.Connection) -> None:
    (check,) = connection_checks({"shop": shop_in_memory, "n": 1})
    assert (check.name, check.state) == ("connection shop", "pass")
    assert "authorizer" in check.found
    assert "may only read" in check.next_step


def test_a_statement_that_is_too_much_work_is_not_run_and_how_to_allow_it_is_said(postgres_shop: Any) -> None:
    text = "SELECT count(*) AS n FROM orders a, orders b"
    with Analyst(model="offline", sandbox="local", spares=0, history=False, max_planned_rows=100_000) as analyst:
        turn = analyst.run(text, "sql", connections={"shop": postgres_shop})
        assert "rows by the engine's own estimate" in str(turn.error)
        assert "raise max_planned_rows" in str(turn.error)
        few = analyst.run("SELECT count(*) AS n FROM orders", "sql", connections={"shop": postgres_shop})
        assert few.error is None


def test_rows_that_a_query_multiplied_are_no_rows_of_the_data(
    analyst: Analyst, model: ScriptedModel, shop_in_memory: sqlite3.Connection
) -> None:
    """At `stats` a figure needs five rows of the data: one row that a query made six of stays untold."""
    shop_in_memory.execute("UPDATE orders SET amount = 7319.77 WHERE id = 1")
    model.say(
        "```sql connection=shop result=copied\n"
        "SELECT o.status, o.amount FROM orders o JOIN orders p ON p.id < 7 WHERE o.id = 1\n"
        "```\n```python\nlen(copied)\n```"
    )
    assert analyst.ask("how many?", connections={"shop": shop_in_memory}, privacy="stats").ok
    model.say("```python-step\ncopied.groupby('status', as_index=False)['amount'].mean()\n```")
    model.say("```python\nlen(copied)\n```")
    turn = analyst.ask("and the mean of it?", connections={"shop": shop_in_memory}, privacy="stats")
    assert turn.ok, turn.error
    assert len(turn.attempts) == 2
    sent = str([request.body["messages"] for request in model.requests])
    assert "7319" not in sent
    assert "7320" not in sent
    assert "7,320" not in sent


def test_the_rows_behind_sql_on_a_database_are_counted_there(offline: Analyst, database: Any) -> None:
    def ran(sql: str) -> Turn:
        turn = offline.run(f"-- connection: shop\n{sql}", "sql", connections={"shop": database})
        assert turn.error is None
        return turn

    turn = ran("SELECT status, sum(amount) AS total FROM orders WHERE amount > 400 AND id <= 1000 GROUP BY status")
    assert [(step.kind, step.before, step.after) for step in turn.row_steps] == [
        ("filter", 2000, 365), ("filter", 2000, 1000)
    ]  # fmt: skip
    assert not any(step.reported for step in turn.row_steps)
    turn = ran("SELECT count(*) AS n FROM orders WHERE status = 'lost'")
    assert any("No row of orders fits status = 'lost'" in note for note in turn.notes)
    turn = ran("SELECT sum(c.id) AS total FROM customers c JOIN orders o ON c.id = o.customer_id WHERE o.id < 3")
    joined, repeated, _ = turn.row_steps
    assert (joined.kind, joined.other, joined.before, joined.after) == ("join", "orders", 50, 2000)
    assert (repeated.kind, repeated.source, repeated.other) == ("repeated", "customers", "orders")
    turn = ran("SELECT max(note) AS t, avg(id) AS m FROM orders")
    assert not [step for step in turn.row_steps if step.lost]


def test_rows_that_take_long_to_count_are_not_counted_and_it_is_said(
    offline: Analyst, shop_in_memory: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyst_magic.engine.connected_counts.MIN_SECONDS", 0.1)
    shop_in_memory.execute(
        "CREATE VIEW endless AS WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t"
    )
    turn = offline.run(
        "-- connection: shop\nSELECT n FROM endless WHERE n > 2 LIMIT 1", "sql", connections={"shop": shop_in_memory}
    )
    assert turn.error is None
    assert "The rows behind the answer were not counted: shop takes too long for it." in turn.notes
