"""Which frames a question is about: mentions, their completion, relevance, and frames of any Arrow library."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from IPython.core.completer import CompletionContext
from jupyter_client.manager import start_new_kernel

from analyst_magic import Analyst
from analyst_magic.errors import UnknownFrame
from analyst_magic.notebook.completion import complete
from analyst_magic.notebook.options import option_completions
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.kinds import kind_of, sources_in
from analyst_magic.sources.mentions import completions, mentioned, plain
from analyst_magic.testing import FakeSandbox
from analyst_magic.turn import Question

sales = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10, 20, 30]})


def test_mentions_name_frames_and_columns_and_mail_addresses_are_none() -> None:
    assert mentioned("mean of @sales.revenue by @sales.region, not a@b.c", ["sales", "costs"]) == ["sales"]
    assert plain("mean of @sales.revenue in @sales") == 'mean of "revenue" in sales'
    with pytest.raises(UnknownFrame, match="no frame sale") as raised:
        mentioned("all of @sale", ["sales"])
    assert raised.value.next_step == "Did you mean @sales?"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("total of @sa", ("sa", ["sales"])),
        ("total of @sales.re", ("re", ["region", "revenue"])),
        ("@", ("", ["sales", "costs"])),
        ("a@sa", ("", [])),
        ("@nonesuch.re", ("re", [])),
        ("no mention", ("", [])),
    ],
)
def test_what_is_begun_is_completed(text: str, found: tuple[str, list[str]]) -> None:
    assert completions(text, {"sales": sales, "costs": sales}) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("%%analyst --pri", ("--pri", ["--privacy"])),
        ("%%analyst --privacy s", ("s", ["schema", "stats"])),
        ("%%analyst --as x", ("x", ["xlsx"])),
        ("%%analyst -m o", ("o", [])),
        ("%%analyst total", ("total", [])),
        ("print( --pri", ("", [])),
    ],
)
def test_options_of_the_magics_line_are_completed(line: str, found: tuple[str, list[str]]) -> None:
    assert option_completions(line) == found


def test_each_completion_is_labelled_by_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "orders.csv").write_text("region,revenue\nnorth,1\n")
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("CREATE TABLE customers (email TEXT)")
        shell = SimpleNamespace(user_ns={"sales": sales, "shop": shop})

        def labels(text: str) -> dict[str, str | None]:
            line = text.split("\n")[-1]
            context = CompletionContext(line, text, len(line), text.count("\n"), None)
            return {str(found.text): found.type for found in complete(shell, context)["completions"]}

        assert labels("%%analyst\nby @sa") == {"sales": "frame"}
        assert labels("%%analyst\nby @sales.re") == {"region": "column", "revenue": "column"}
        assert labels("%%analyst\nrows of @shop.") == {"customers": "table"}
        assert labels("%%analyst --fr") == {"--fresh": "option", "--frozen": "option", "--frame": "option"}
        assert labels("%%analyst -f ") == {"sales": "frame", "shop": "frame", "orders=orders.csv": "file"}
        assert labels("%%analyst -m off") == {"offline": "model"}
        assert labels("%%analyst --privacy s") == {"schema": "value", "stats": "value"}
        assert labels("%analyst stat") == {"status": "command"}
        assert labels("%analyst lock ver") == {"verify": "action"}
    shop.close()


@pytest.mark.usefixtures("quick_kernels")
def test_tab_completes_mentions_in_a_cell_of_the_magic_alone() -> None:
    manager, client = start_new_kernel()

    def complete(code: str) -> list[str]:
        request = client.complete(code, len(code))
        while True:
            reply = client.get_shell_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == request:
                return list(reply["content"]["matches"])

    try:
        setup = "%load_ext analyst_magic\nimport pandas as pd\nflights = pd.DataFrame({'carrier': ['a'], 'delay': [1]})"
        client.execute_interactive(setup, timeout=60, output_hook=lambda message: None)
        assert complete("%%analyst\naverage delay of @fli") == ["flights"]
        assert complete("%%analyst -m offline\naverage delay by @flights.ca") == ["carrier"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_mentioned_frame_is_the_one_that_is_asked() -> None:
    frames = {"sales": sales, "costs": sales.rename(columns={"revenue": "cost"}), "other": sales}
    with Analyst(model="offline", sandbox="local", spares=0) as analyst:
        turn = analyst.ask("total @other.revenue by region", frames=frames)
        assert turn.ok, turn.error
        assert "FROM other" in turn.code
        wrong = analyst.ask("total revenue of @othr", frames=frames)
        assert "Did you mean @other?" in str(wrong.error)


def test_of_many_frames_those_that_share_words_with_the_question_are_described() -> None:
    frames: dict[str, object] = {f"t{i}": pd.DataFrame({f"c{i}": [1]}) for i in range(60)}
    frames["budget"] = pd.DataFrame({"department": ["a"], "expense": [1.0]})
    with Analyst(model="offline", sandbox="local", spares=0) as analyst:
        context = analyst.context("total expense per department", frames)
    described, others = context.description.split("Other frames in scope:")
    assert '"budget": pandas.DataFrame, 1 rows\n- "department"' in described
    assert len(context.cards) == 30
    assert others.count("pandas.DataFrame, 1 rows\ncolumns: ") == 31


class HistoryEntry:
    """A frame of a library that nobody here has heard of: it speaks the Arrow PyCapsule interface."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


def test_any_object_that_gives_arrow_streams_is_a_frame_as_is_a_series_and_readers_are_none() -> None:
    table = pa.table({"a": [1, 2], "b": ["x", None]})
    frame = to_frame("frame", HistoryEntry(table))
    assert frame.table.to_pydict() == table.to_pydict()
    lazy = to_frame("lazy", pl.LazyFrame({"a": [1, 2]}).filter(pl.col("a") > 1))
    assert lazy.table.to_pydict() == {"a": [2]}
    series = {"s": sales.region, "p": pl.Series([1])}
    assert [kind_of(value) for value in series.values()] == ["pandas", "polars"]
    none = {"r": table.to_reader(), "c": table.column("a"), "m": pd, "i": 1}
    assert [name for name, value in none.items() if kind_of(value)] == []
    assert list(sources_in({"capsule": HistoryEntry(table), **series, **none})) == ["capsule", "s", "p"]


def test_what_only_looks_like_a_mention_is_text_and_a_slip_of_a_name_is_an_error() -> None:
    frames = ["flights", "people"]
    for text in (
        "an email that ends in @gmail.com",
        "print @mean_fare[value]",
        "explain @property",
        "by @flights2013[x]",
    ):
        assert mentioned(text, frames) == []
        assert plain(text, frames) == text
    assert mentioned("@flights.carrier and @people", frames) == frames
    for slip in ("@flihgts", "@Flights", "@flight"):
        with pytest.raises(UnknownFrame, match="no frame"):
            mentioned(f"mean delay of {slip}", frames)


@pytest.mark.parametrize(
    "question",
    ["Flights and mean arrival delay per airline", "Does the weather delay planes?", "Total by category of airlines"],
)
def test_a_frames_name_used_as_a_word_hides_no_other_frame(question: str) -> None:
    frames: dict[str, object] = dict.fromkeys(("flights", "airlines", "planes", "weather"), sales)
    with Analyst(model="offline", sandbox="local", spares=0) as analyst:
        context = analyst.context(question, frames)
        assert [card.name for card in context.cards] == list(frames)
        chosen = analyst.context(Question(question, frames=("planes",)), frames)
        assert [card.name for card in chosen.cards] == ["planes"]
        assert '"weather"' in chosen.description.split("Other frames in scope:")[1]


def test_columns_match_by_their_beginning_and_by_numbers_and_all_names_of_a_wide_frame_are_told() -> None:
    wide = pd.DataFrame({f"S{i:03}": [0.5, 1.5] for i in range(1, 301)} | {"temp": [1, 2], "site": ["a", "b"]})
    with Analyst(model="offline", sandbox="local", spares=0) as analyst:
        context = analyst.context("Temperature against sensor 42", {"wide": wide})
    assert '"S001"…"S300" (300)' in context.description
    assert '- "temp" int64' in context.description
    assert '- "S042" float64' in context.description
    assert '- "S041"' not in context.description


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ('@d."unit price"', "unit price"), ("@d.'unit price'", "unit price"), ("@d.`unit price`", "unit price"),
        ("@d.2020", "2020"), ("@d.2024_rev", "2024_rev"), ("@d.数量", "数量"), ("@d.größe", "größe"),
        ('@d."Discount%"', "Discount%"), ('@d."a.b"', "a.b"), ("@数据.数量", "数量"),
    ],
)  # fmt: skip
def test_a_mention_holds_whatever_the_column_is_called(written: str, column: str) -> None:
    frame = written[1:].partition(".")[0]
    value = pd.DataFrame({column: [1, 2, 4], "k": ["a", "b", "a"]})
    assert mentioned(f"total {written}", [frame]) == [frame]
    assert plain(f"total {written} by k") == f'total "{column}" by k'
    with Analyst(model="offline", sandbox=FakeSandbox(lambda code: pd.DataFrame({"x": [7]})), history=False) as analyst:
        for question, function in ((f"total {written}", "SUM"), (f"average {written} by @{frame}.k", "AVG")):
            turn = analyst.ask(question, {frame: value})
            assert turn.ok, turn.error
            code = turn.code or ""
            assert f'{function}("{column}")' in code or f"{function}({column})" in code


def test_names_with_blanks_are_completed_in_quotes() -> None:
    frames = {"d": pd.DataFrame({"unit price": [1], "units": [2], "2020": [3]})}
    assert completions("total @d.un", frames) == ("un", ['"unit price"', "units"])
    assert completions("total @d.20", frames) == ("20", ["2020"])


@pytest.mark.parametrize(
    ("names", "question", "column"),
    [
        (("Sales", "sales"), "total sales", "sales_1"),
        (("Sales", "sales"), "total Sales", "Sales"),
        (("Sales", "sales"), 'total @d."sales"', "sales_1"),
        (("sales", "sales "), 'total "sales "', "sales "),
        (("sales", "sales "), "total sales", "sales"),
        (("ID", "Id", "id"), 'number of different @d."Id"', "Id_1"),
    ],
)
def test_columns_that_differ_in_case_or_blanks_are_told_apart(names: Any, question: str, column: str) -> None:
    frame = pd.DataFrame({name: [place, place + 1] for place, name in enumerate(names)})
    with Analyst(model="offline", sandbox=FakeSandbox(lambda code: pd.DataFrame({"x": [7]})), history=False) as analyst:
        turn = analyst.ask(question, {"d": frame})
    assert turn.ok, turn.error
    code = (turn.code or "").partition("-- answer")[0]
    assert f"({column})" in code or f'("{column}")' in code or f"DISTINCT {column})" in code
    assert any("differ in case or blanks only" in note for note in turn.notes)


def test_tables_are_mentioned_by_their_connection(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as database:
        database.executescript(
            """CREATE TABLE orders (id INTEGER PRIMARY KEY, freight REAL, region TEXT);
            CREATE TABLE lines (id INTEGER PRIMARY KEY, freight REAL);
            INSERT INTO orders VALUES (1, 2.5, 'n'), (2, 3.5, 's'); INSERT INTO lines VALUES (1, 9);"""
        )
    scope = {"shop": path, "sales": sales}
    assert completions("total @sh", scope) == ("sh", ["shop"])
    assert completions("total @shop.", scope) == ("", ["lines", "orders"])
    assert completions("total @shop.orders.fr", scope) == ("fr", ["freight"])
    with Analyst(model="offline", sandbox="local", history=False) as analyst:
        turn = analyst.ask("total @shop.orders.freight", connections={"shop": path})
        assert "6" in turn.answer
        turn = analyst.ask("total @shop.main.lines.freight", connections={"shop": path})
        assert "9" in turn.answer
        turn = analyst.ask("total @shop.ordrs.freight", connections={"shop": path})
    assert isinstance(turn.error, UnknownFrame)
    assert turn.error.next_step == "Did you mean @shop.orders?"
