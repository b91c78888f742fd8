"""A run gives what a direct run gives: frames of every kind through a sandbox, in and out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sample_frames import UUID, arrow, pandas_frames, polars
from test_exact import assert_same

from analyst_magic import Analyst, Turn
from analyst_magic.exact import values
from analyst_magic.results.digest import digest
from analyst_magic.results.table import Table

AGES = pd.DataFrame({"age": [5, 35, 50, 20], "v": [1, 2, 3, 4], "who": ["a", "b", "c", "d"]})


@pytest.fixture(scope="module")
def analyst(sandbox_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Analyst]:
    history = str(tmp_path_factory.mktemp("history") / "history.sqlite3")
    with Analyst(model="offline", sandbox=sandbox_kind, history_path=history) as made:
        yield made


BATCH = 50
MARK = "\n=====\n"


def _sent(analyst: Analyst, frames: dict[str, Any], facts: str) -> Iterator[tuple[str, Table, Any, str]]:
    """Each frame, the table that came back, and what the expression ``facts`` gives inside."""
    for start in range(0, len(frames), BATCH):
        names = dict(enumerate(list(frames)[start : start + BATCH]))
        lines = [f"display(f{i})" for i in names]
        said = ", ".join(f"' '.join(map(str, [{facts.replace('FRAME', f'f{i}')}]))" for i in names)
        code = "\n".join([*lines, f"print({MARK!r}.join([{said}]))"])
        turn = analyst.run(code, frames={f"f{i}": frames[name] for i, name in names.items()})
        assert turn.error is None, turn.error
        (printed,) = [result.text for result in turn.results if result.kind == "text"]
        for name, table, text in zip(names.values(), turn.tables, printed.removesuffix("\n").split(MARK), strict=True):
            yield name, table, frames[name], text


def _facts(frame: pd.DataFrame) -> str:
    kinds = [type(value) for value in frame.to_numpy().ravel()]
    return f"{frame.dtypes!r} {frame.index!r} {frame.columns!r} {frame.attrs} {kinds}"


def test_pandas_frames_are_inside_what_they_are_outside_and_come_back(analyst: Analyst) -> None:
    kinds = "[type(value) for value in FRAME.to_numpy().ravel()]"
    facts = f"repr(FRAME.dtypes), repr(FRAME.index), repr(FRAME.columns), FRAME.attrs, {kinds}"
    for name, table, frame, text in _sent(analyst, pandas_frames(), facts):
        assert table.note == "", name
        assert_same(table.to_pandas(), frame)
        assert text == _facts(frame)
        assert table.to_html()
        assert table.to_text()
        assert digest(table).startswith("table ")
        assert table.to_arrow().num_rows == (len(frame) if table.data.num_columns else 0)
        assert len(table.to_flat_pandas()) == table.data.num_rows


def test_arrow_tables_keep_their_types(analyst: Analyst) -> None:
    tables = {name: pa.table({"x": array}) for name, array in arrow().items()}
    for name, table, sent, text in _sent(analyst, tables, "FRAME.schema.types"):
        back = table.to_arrow()
        assert back.schema.types == sent.schema.types, name
        assert text == str(sent.schema.types)
        assert list(map(str, back["x"])) == list(map(str, sent["x"]))
        assert table.to_html()


def test_polars_frames_keep_their_types(analyst: Analyst) -> None:
    frames = {name: pl.DataFrame({"x": series}) for name, series in polars().items()}
    for name, table, sent, text in _sent(analyst, frames, "dict(FRAME.schema)"):
        back = table.to_polars()
        assert back.schema == sent.schema, name
        assert text == str(dict(sent.schema))
        assert back.to_dicts() == sent.to_dicts()
        assert table.to_html()


@pytest.mark.parametrize(
    "code",
    [
        "pd.cut(df.age, [0, 30, 60]).value_counts()",
        "df.groupby(pd.cut(df.age, [0, 30, 60], right=False))['v'].sum()",
        "pd.qcut(df.age, 2)",
        "pd.crosstab(pd.cut(df.age, [0, 30, 60]), df.who)",
        "df.describe(include='all')",
        "df.agg({'age': ['min', 'max'], 'who': ['max']})",
        "df.tail(3)",
        "df[1:3]",
        "df[df.v > 1]",
        "df[::2]",
        "df.set_index('who')",
        "df.set_index(pd.date_range('2024', periods=4, freq='W-TUE')).v",
        "df.age.astype('category')",
        "pd.Series([1, 'x', None, 2**70, (1, 2), {3}], name='q')",
        "pd.DataFrame({'z': [1 + 2j], 'p': [pd.Period('2024-01', 'M')], 's': pd.arrays.SparseArray([0])})",
        "df.T",
    ],
)
def test_results_are_those_of_a_direct_run(analyst: Analyst, code: str) -> None:
    direct = eval(code, {"pd": pd, "df": AGES})
    turn = analyst.run(f"import pandas as pd\n{code}", frames={"df": AGES})
    assert turn.error is None
    (table,) = turn.tables
    assert table.note == ""
    if isinstance(direct, pd.Series):
        pd.testing.assert_series_equal(table.to_series(), direct, check_freq=True)
        assert all(map(values.same, table.to_series(), direct))
    else:
        assert_same(table.to_pandas(), direct)


def _shown(turn: Turn) -> list[str]:
    return turn.tables[0].to_text().splitlines()


@pytest.mark.parametrize(
    ("code", "cell"),
    [
        ("pd.cut(df.age, [0, 30, 60])", "(30, 60]"),
        ("pd.Series(pd.period_range('2024', periods=2, freq='M'))", "2024-01"),
        ("pd.Series([1 + 2j])", "(1+2j)"),
        ("pd.Series([(1, 'a'), {3}])", "(1, 'a')"),
        ("pd.Series([1, 'x'])", "x"),
        ("df.tail(1)", "20  4  d"),
    ],
)
def test_values_are_shown_as_pandas_prints_them(analyst: Analyst, code: str, cell: str) -> None:
    turn = analyst.run(f"import pandas as pd\n{code}", frames={"df": AGES})
    assert cell in _shown(turn)[1:] + [line.strip() for line in _shown(turn)[1:]]
    assert cell.split()[0] in turn.tables[0].to_html()


@pytest.mark.parametrize(
    "series",
    [
        pd.Series([1, 2], name="q", index=["a", "b"]),
        pd.Series([1.5, None]),
        pd.Series(pd.cut([1, 2], 2), name=("a", 1)),
    ],
)
def test_a_series_is_inside_a_series_again(analyst: Analyst, series: Any) -> None:
    turn = analyst.run("assert isinstance(s, __import__('pandas').Series)\ns", frames={"s": series})
    assert turn.error is None
    pd.testing.assert_series_equal(turn.tables[0].to_series(), series)
    assert turn.tables[0].to_pandas().shape == (2, 1)


def test_a_series_of_polars_is_one_inside_and_sql_sees_a_column(analyst: Analyst) -> None:
    turn = analyst.run("print(repr(type(s)), s.name)\ns", frames={"s": pl.Series("q", [1, 2])})
    assert turn.results[0].text.strip() == "<class 'polars.series.series.Series'> q"
    assert turn.tables[0].to_polars().to_dict(as_series=False) == {"q": [1, 2]}
    turn = analyst.run("SELECT sum(q) AS n FROM s", language="sql", frames={"s": pd.Series([1, 2], name="q")})
    assert turn.tables[0].to_pandas()["n"].tolist() == [3]


def test_sql_sees_plain_columns_and_no_parts(analyst: Analyst) -> None:
    frame = pd.DataFrame({"p": pd.period_range("2024", periods=2, freq="M"), "u": [UUID, None], "m": [1, "x"]})
    turn = analyst.run("SELECT * FROM f", language="sql", frames={"f": frame})
    assert turn.tables[0].columns == ("p", "u", "m")
    assert turn.tables[0].to_pandas().iloc[0].tolist() == ["2024-01", str(UUID), "1"]


def test_what_is_lost_on_the_way_is_said_both_ways(analyst: Analyst) -> None:
    frame = pd.DataFrame({"fine": [1], "odd": [object()]})
    turn = analyst.run("df.fine", frames={"df": frame})
    assert [note for note in turn.notes if "The column odd holds values of the type builtins.object" in note]
    turn = analyst.run("import pandas as pd\npd.DataFrame({'odd': [object()]})")
    assert "The column odd holds values of the type builtins.object, and came as text." in turn.tables[0].note


def test_the_rows_of_a_cut_table_are_those_of_the_frame(analyst: Analyst) -> None:
    turn = analyst.run("import numpy as np, pandas as pd\npd.DataFrame({'a': np.arange(1_200_000)})")
    (table,) = turn.tables
    assert (table.rows, table.data.num_rows) == (1_200_000, 1_000_000)
    assert "of 1,200,000 rows" in table.note
    assert np.array_equal(table.to_pandas()["a"], np.arange(1_000_000))


def test_a_forged_description_is_refused_or_named(analyst: Analyst) -> None:
    forge = """
from analyst_guest import outputs
publisher = next(o for o in __import__('gc').get_objects() if isinstance(o, outputs.Publisher))
import pyarrow as pa
publisher.table(pa.table({'a': [1]}), ['a'], 1, %s)
"""
    turn = analyst.run(forge % "{'kind': 'pandas', 'forms': [{'as': 'os.system'}]}")
    assert turn.tables == ()
    assert any("damaged description" in note for note in turn.notes)
