"""Tables of a notebook's cells, whole: in another order, filtered, and saved, all of it in the kernel."""

from __future__ import annotations

import datetime as dt
import io

import pandas as pd
import pyarrow as pa
import pytest

from analyst_magic.display.card import result_bundles
from analyst_magic.errors import InputError
from analyst_magic.panel.tables import reply
from analyst_magic.results import Table
from analyst_magic.results.arranged import arranged, saved
from analyst_magic.results.shown_tables import SHOWN, ShownTables
from analyst_magic.results.stream import MIME
from analyst_magic.turn import Question, TableStyle, Turn

MANY = 30_000


@pytest.fixture
def shown() -> str:
    """The name of a table whose rows are more than a notebook's file holds."""
    data = pa.table(
        {"airport": ["JFK", "LGA", "EWR"] * (MANY // 3), "n": list(range(MANY)), "long": ["x" * 200] * MANY}
    )
    (bundle,) = result_bundles(Turn(Question("all"), uid="t1", results=(Table(data),)))
    assert isinstance(bundle, dict)
    assert bundle[MIME]["sent"] < MANY
    return str(bundle[MIME]["id"])


def test_a_filter_and_an_order_are_those_of_all_rows_and_not_of_the_part_in_the_page(shown: str) -> None:
    asked = {"type": "window", "id": shown, "words": "jfk", "column": 1, "descending": True, "start": 0, "rows": 2}
    value, (rows,) = reply(asked)
    assert (value["length"], value["at"]) == (MANY // 3, [MANY - 3, MANY - 6])
    assert pa.ipc.open_stream(rows).read_all()["n"].to_pylist() == [MANY - 3, MANY - 6]
    end, _ = reply({**asked, "start": MANY // 3 - 1, "rows": 200})
    assert end["at"] == [0]


def test_files_have_all_rows_of_the_view(shown: str) -> None:
    view = {"id": shown, "words": "LGA", "column": -1, "descending": False}
    value, (csv,) = reply({"type": "file", "format": "csv", **view})
    assert (value["name"], value["rows"]) == ("table.csv", MANY // 3)
    assert pd.read_csv(io.BytesIO(csv)).n.tolist() == list(range(1, MANY, 3))
    _, (parquet,) = reply({"type": "file", "format": "parquet", "id": shown})
    assert len(pd.read_parquet(io.BytesIO(parquet))) == MANY


def test_a_table_that_is_gone_is_said_to_be_gone() -> None:
    assert reply({"type": "known", "id": "gone:0"}) == ({"known": False}, [])
    with pytest.raises(InputError, match="Run its cell again"):
        reply({"type": "window", "id": "gone:0"})


def test_the_oldest_tables_make_room_and_the_newest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyst_magic.results.shown_tables.MAX_BYTES", 1000)
    tables = ShownTables()
    for name in ("old", "new"):
        tables.add(name, Table(pa.table({"n": list(range(1000))})))
    assert (tables.knows("old"), tables.knows("new")) == (False, True)


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("12,345", [0]),
        ("12345", [0]),
        ("0.33", [1]),
        ("2024-02", [1]),
        ("TRUE", [0, 1]),
        ("1 000", []),
        (" a.c ", [2]),
        ("", None),
    ],
)
def test_a_filter_finds_what_is_read_in_a_cell(words: str, rows: list[int] | None) -> None:
    table = pa.table(
        {
            "n": [12345, 2, None],
            "share": [0.1, 1 / 3, None],
            "day": [dt.datetime(2024, 1, 5), dt.datetime(2024, 2, 5), None],
            "flag": pa.array([True, True, None]),
            "text": pa.array(["abc", None, "A.C"]).dictionary_encode(),
        }
    )
    found = arranged(table, words)
    assert (found if found is None else found.to_pylist()) == rows


def test_hidden_columns_are_not_searched_and_missing_values_come_last() -> None:
    table = pa.table({"a": ["x", "y", None], "b": [float("nan"), 1.0, 2.0]})
    assert arranged(table, "x", hidden={0}).to_pylist() == []
    assert arranged(table, "", 1, descending=True).to_pylist() == [2, 1, 0]
    assert arranged(table, "", 0).to_pylist() == [0, 1, 2]
    style = TableStyle(hidden=frozenset({0}))
    SHOWN.add("s:0", Table(table, style=style))
    assert reply({"type": "window", "id": "s:0", "words": "x", "rows": 5})[0]["length"] == 0


def test_every_type_can_be_sorted_searched_and_saved() -> None:
    values: dict[str, pa.Array] = {
        "nested": pa.array([{"x": 1}, None]),
        "binary": pa.array([b"\xff", None]),
        "half": pa.array([1.5, None], pa.float16()),
        "interval": pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
        "decimal": pa.array([1, None], pa.decimal256(50, 2)),
        "time": pa.array([5, None], pa.time64("us")),
        "duration": pa.array([5, None], pa.duration("s")),
        "moment": pa.array([5, None], pa.timestamp("ns", "Europe/Berlin")),
        "null": pa.nulls(2),
        "empty": pa.array([], pa.float64()),
    }
    for name, array in values.items():
        table = pa.table({name: array})
        assert len(arranged(table, "1", 0, descending=True) or []) <= 2, name
        assert all(saved(table, form) for form in ("csv", "tsv", "parquet")), name


def test_a_copy_is_one_line_a_row_and_holds_no_formula() -> None:
    text = saved(pa.table({"=a": ["=1+1", 'say "x"\tand\nmore'], "b": [-1, None]}), "tsv").decode()
    assert text == "'=a\tb\r\n'=1+1\t-1\r\nsay ”x” and more\t\r\n"
