"""How many of sixty business questions the offline planner answers right, without definitions and with them.

    python benchmarks/definitions.py [--show wrong] [--show abstained]

The questions and the definitions stand in ``definitions/``. What is right is told as in ``questions.py``; a question
back is counted by itself. The aim with definitions is 80% right and under 3% wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from pathlib import Path

import duckdb
from questions import Asked, canonical, holds, read

from analyst_magic.checks.run import as_run
from analyst_magic.errors import Abstained, AnalystError
from analyst_magic.planner.planner import OfflinePlanner
from analyst_magic.semantics.files import read_definitions
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Context, FrameCard, Question
from analyst_magic.turn.definitions import Definitions

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from orders_database import orders_tables

FOLDER = Path(__file__).parent / "definitions"
VIEWS = """
CREATE VIEW sold AS SELECT *, quantity * unit_price * (1 - discount) AS net, quantity * unit_price AS gross
FROM order_lines JOIN orders USING (order_id) JOIN products USING (product_id) JOIN categories USING (category_id)
JOIN suppliers USING (supplier_id) JOIN customers USING (customer_id) JOIN countries USING (code)
JOIN employees USING (employee_id);
CREATE VIEW placed AS SELECT * FROM orders JOIN customers USING (customer_id) JOIN countries USING (code)
"""


def data() -> tuple[duckdb.DuckDBPyConnection, tuple[FrameCard, ...]]:
    """The orders database on DuckDB, and the cards of its tables."""
    connection, cards = duckdb.connect(), []
    for name, table in orders_tables(3_000).items():
        taken = to_frame(name, table)
        connection.register(name, taken.table)
        cards.append(profile(taken))
    connection.execute(VIEWS)
    return connection, tuple(cards)


def outcome(
    asked: Asked, connection: duckdb.DuckDBPyConnection, cards: tuple[FrameCard, ...], known: Definitions
) -> tuple[str, str]:
    """``right``, ``wrong``, ``asked back`` or ``abstained``, and the SQL or the reason."""
    context = Context(Question(asked.text, language="sql"), cards, definitions=known, today="2025-01-15")
    try:
        reply = asyncio.run(OfflinePlanner().reply(context))
    except (Abstained, AnalystError) as error:
        return "abstained", error.message
    if reply.code is None:
        return "asked back", reply.text
    sql = as_run(reply.code, [card.name for card in cards]).text
    rows = [tuple(map(canonical, row)) for row in connection.sql(sql).fetchall()]
    for answer in asked.answers:
        wanted = [tuple(map(canonical, row)) for row in connection.sql(answer).fetchall()]
        if holds(_rounded(rows), _rounded(wanted), in_order=False):
            return "right", sql
    return "wrong", sql


def _rounded(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Rows whose floats are alike where they were added up in another order."""
    return [tuple(round(value, 6) if isinstance(value, float) else value for value in row) for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--show", choices=("right", "wrong", "asked back", "abstained"), action="append", default=[])
    options = parser.parse_args()
    connection, cards = data()
    found = read_definitions(FOLDER)
    assert not found.problems, found.problems
    for title, known in (("without definitions", Definitions()), ("with definitions", found.definitions)):
        counts: Counter[str] = Counter()
        for asked in read(FOLDER / "business.txt"):
            result, shown = outcome(asked, connection, cards, known)
            counts[result] += 1
            if result in options.show and known:
                print(f"{result}: {asked.text}\n    {' '.join(shown.split())}")
        print(f"{title}: {counts.total()} questions")
        for result in ("right", "wrong", "asked back", "abstained"):
            print(f"  {result:10} {counts[result]:4}  {100 * counts[result] / max(counts.total(), 1):5.1f}%")


if __name__ == "__main__":
    main()
