"""Which frames a pinned answer holds for: those with the columns that its program uses, whatever else has changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from fakes import ScriptedModel
from nbformat.v4 import new_code_cell
from sample_notebooks import write

from analyst_magic import Analyst
from analyst_magic.checks.used import columns_used
from analyst_magic.cli import main
from analyst_magic.errors import Unpinned
from analyst_magic.history.lock import LockFile
from analyst_magic.report.execute import execute
from analyst_magic.report.export import read_notebook
from analyst_magic.turn import Code

OLD_LOCK = Path(__file__).parent / "data" / "analyst.lock"
"""Made by version 0.1 as it was before pins held for other frames."""
SALES = pd.DataFrame(
    {
        "region": ["north", "south", "north", "east"],
        "revenue": [10, 20, 40, 5],
        "when": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-02-01", "2024-02-02"]),
        "online": [True, False, True, False],
    }
)
ANSWER = "By region.\n```python\nsales.groupby('region', as_index=False).revenue.sum()\n```"
QUESTION = "Total revenue by region"

SAME: dict[str, Callable[[pd.DataFrame], Any]] = {
    "filtered": lambda sales: sales[sales.region == "north"],
    "sorted": lambda sales: sales.sort_values("revenue"),
    "concatenated": lambda sales: pd.concat([sales, sales]),
    "with its index reset after a filter": lambda sales: sales[sales.revenue > 5].reset_index(drop=True),
    "with the old index as a column": lambda sales: sales[sales.revenue > 5].reset_index(),
    "with a named index": lambda sales: sales.set_index(pd.Index(range(4), name="row")),
    "with text as its index": lambda sales: sales.set_index(pd.Index(list("abcd"))),
    "with an index of two levels": lambda sales: sales.set_index(pd.MultiIndex.from_product([[1, 2], [3, 4]])),
    "with one column more": lambda sales: sales.assign(year=2024),
    "without columns that are not used": lambda sales: sales[["region", "revenue"]],
    "with its columns in another order": lambda sales: sales[sales.columns[::-1]],
    "with decimals": lambda sales: sales.astype({"revenue": float}),
    "with narrow numbers": lambda sales: sales.astype({"revenue": "int16"}),
    "with numbers that can be missing": lambda sales: sales.astype({"revenue": "Int64"}),
    "with categories for texts": lambda sales: sales.astype({"region": "category"}),
    "with pandas' own texts": lambda sales: sales.astype({"region": "string"}),
    "with another type of a column that is not used": lambda sales: sales.astype({"online": str}),
    "with no rows": lambda sales: sales[sales.revenue > 1000],
    "backed by Arrow": lambda sales: sales.convert_dtypes(dtype_backend="pyarrow"),
}
OTHER: dict[str, tuple[Callable[[pd.DataFrame], Any], str]] = {
    "without a column": (lambda sales: sales.drop(columns="revenue"), "revenue is gone"),
    "with texts for numbers": (lambda sales: sales.astype({"revenue": str}), "revenue is text and was number"),
    "with truth values for texts": (lambda sales: sales.assign(region=sales.online), "region is truth value and was"),
    "with times for texts": (lambda sales: sales.assign(region=sales.when), "region is time and was text"),
}


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Asks the pinned question of a frame, frozen: no model can be asked."""
    folder = tmp_path_factory.mktemp("pins")
    lock = folder / "analyst.lock"
    with ScriptedModel() as server:
        server.say(ANSWER)
        with Analyst(model="openai:x", base_url=server.base_url, api_key="k", spares=0, sandbox="local", lock=lock,
                     output_directory=str(folder / "out")) as analyst:  # fmt: skip
            assert analyst.ask(QUESTION, {"sales": SALES}).ok
            yield lambda frame, **options: analyst.ask(QUESTION, {"sales": frame}, frozen=True, **options)


def analyst_at(server: ScriptedModel, folder: Path, **options: Any) -> Analyst:
    return Analyst(model="openai:x", base_url=server.base_url, api_key="k", spares=0, sandbox="local",
                   lock=folder / "analyst.lock", output_directory=str(folder / "out"), **options)  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_a_pin_holds_for_a_frame(frozen: Callable[..., Any], name: str) -> None:
    frame = SAME[name](SALES)
    turn = frozen(frame)
    assert turn.ok, turn.error
    assert turn.pinned
    assert turn.tables[0].to_pandas().revenue.sum() == frame.revenue.sum()


@pytest.mark.parametrize("library", ["polars", "arrow"])
def test_a_pin_of_sql_holds_for_a_frame_of_another_library(server: ScriptedModel, tmp_path: Path, library: str) -> None:
    server.say("```sql\nSELECT s.Region, sum(s.revenue) AS total FROM sales AS s GROUP BY ALL\n```")
    with analyst_at(server, tmp_path) as analyst:
        assert analyst.ask(QUESTION, {"sales": SALES}).ok
        few = SALES[["revenue", "region"]].query("revenue > 5")
        frame = pl.from_pandas(few) if library == "polars" else pa.Table.from_pandas(few)
        turn = analyst.ask(QUESTION, {"sales": frame}, frozen=True)
        assert turn.ok, turn.error
        assert turn.tables[0].to_pandas().total.sum() == 70


@pytest.mark.parametrize("name", OTHER)
def test_a_pin_does_not_hold_for_a_frame_and_the_reason_is_said(frozen: Callable[..., Any], name: str) -> None:
    change, reason = OTHER[name]
    turn = frozen(change(SALES))
    assert isinstance(turn.error, Unpinned)
    assert reason in str(turn.error)


def test_two_notebooks_that_ask_the_same_of_other_columns_keep_their_answers(
    server: ScriptedModel, tmp_path: Path
) -> None:
    theirs = pd.DataFrame({"region": ["north", "south"], "amount": [1.0, 2.0]})
    server.say(ANSWER)
    server.say(ANSWER.replace("revenue", "amount"))
    with analyst_at(server, tmp_path) as one, analyst_at(server, tmp_path) as two:
        assert one.ask(QUESTION, {"sales": SALES}).ok
        asked = two.ask(QUESTION, {"sales": theirs})
        assert asked.ok, asked.error
        assert "Asked again, as the frame sales has other columns" in asked.notes[0]
        assert "revenue is gone" in asked.notes[0]
        again = one.ask(QUESTION, {"sales": SALES[SALES.revenue > 5]}, frozen=True)
        assert again.ok, again.error
        assert "revenue" in again.code
        assert "amount" in two.ask(QUESTION, {"sales": theirs.assign(extra=1)}, frozen=True).code
    text = (tmp_path / "analyst.lock").read_text()
    assert text.count("[pin.4373e8877816a8d9") == 2
    assert len(server.requests) == 2


def test_a_fresh_answer_takes_the_place_of_the_pinned_one_over_the_same_columns(
    server: ScriptedModel, tmp_path: Path
) -> None:
    with analyst_at(server, tmp_path) as analyst:
        for answer in (ANSWER, ANSWER.replace("sum", "mean")):
            server.say(answer)
            assert analyst.ask(QUESTION, {"sales": SALES[SALES.revenue > len(server.requests) * 10]}, fresh=True).ok
        assert len(LockFile(tmp_path / "analyst.lock").pins()) == 1
        assert "mean" in analyst.ask(QUESTION, {"sales": SALES}, frozen=True).code


def test_a_lock_of_an_older_version_answers_by_the_same_rule(server: ScriptedModel, tmp_path: Path) -> None:
    shutil.copy(OLD_LOCK, tmp_path / "analyst.lock")
    with analyst_at(server, tmp_path, frozen=True) as analyst:
        for question in (QUESTION, "How many orders are online?", "When was the last sale?"):
            for change in (lambda sales: sales, SAME["filtered"], SAME["sorted"], SAME["with one column more"]):
                turn = analyst.ask(question, {"sales": change(SALES)})
                assert turn.ok, turn.error
                assert turn.pinned
        assert analyst.ask(QUESTION, {"sales": SALES.drop(columns=["when", "online"])}).ok
        assert isinstance(analyst.ask(QUESTION, {"sales": SALES.drop(columns="region")}).error, Unpinned)
        assert isinstance(analyst.ask("When was the last sale?", {"sales": SALES[["region"]]}).error, Unpinned)
    assert (tmp_path / "analyst.lock").read_text() == OLD_LOCK.read_text()
    assert not any(pin.edited for pin in LockFile(OLD_LOCK).pins().values())


def test_a_new_pin_changes_no_other_line_of_an_older_lock(server: ScriptedModel, tmp_path: Path) -> None:
    shutil.copy(OLD_LOCK, tmp_path / "analyst.lock")
    server.say(ANSWER)
    with analyst_at(server, tmp_path) as analyst:
        assert analyst.ask("another question", {"sales": SALES}).ok
    assert set(OLD_LOCK.read_text().splitlines()) <= set((tmp_path / "analyst.lock").read_text().splitlines())


FRAMES = {"sales": ["region", "revenue", "year", "unit price", "count"], "stores": ["region", "manager"]}


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ("sales.groupby('region').revenue.sum()", {"sales": {"region", "revenue"}, "stores": {"region"}}),
        ("sales.count()", {"sales": set(), "stores": set()}),
        ("sales['unit price'] * 2", {"sales": {"unit price"}, "stores": set()}),
        ("sales.query('`unit price` > 2 and Year == 2024')", {"sales": {"unit price", "year"}, "stores": set()}),
        ("sales.describe()", {"sales": set(), "stores": set()}),
        ("sales.assign(year=1)  # revenue", {"sales": {"year"}, "stores": set()}),
        ("%time sales.revenue.sum()", {"sales": {"revenue"}, "stores": set()}),
    ],
)
def test_the_columns_that_python_uses(code: str, used: dict[str, set[str]]) -> None:
    assert columns_used(Code(code), FRAMES) == used


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ("SELECT * FROM sales", {"sales": set(), "stores": set()}),
        ("SELECT count(*) AS year FROM sales", {"sales": set(), "stores": set()}),
        ('SELECT Region, "unit price" FROM sales', {"sales": {"region", "unit price"}, "stores": {"region"}}),
        ("SELECT s.region, t.manager FROM sales s JOIN stores t ON s.region = t.region",
         {"sales": {"region"}, "stores": {"region", "manager"}}),
        ("SELECT s.* FROM sales s JOIN stores USING (region)", {"sales": {"region"}, "stores": {"region"}}),
        ("SELECT * EXCLUDE (year) FROM sales", {"sales": {"year"}, "stores": set()}),
        ("WITH t AS (SELECT year AS y FROM sales) SELECT y FROM t", {"sales": {"year"}, "stores": set()}),
        ("SELEC revenue FRM sales", {"sales": {"revenue"}, "stores": set()}),
    ],
)  # fmt: skip
def test_the_columns_that_sql_uses(code: str, used: dict[str, set[str]]) -> None:
    assert columns_used(Code(code, "sql"), FRAMES) == used


def test_reports_over_parameters_are_answered_from_the_pin_of_one_region(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether pandas counts the rows of a filtered frame or names them depends on the rows."""
    monkeypatch.setenv("ANALYST_SANDBOX", "local")
    monkeypatch.setenv("ANALYST_SPARES", "0")
    monkeypatch.setenv("ANALYST_MODEL", "offline")
    data = "import pandas as pd\nsales = pd.DataFrame({'region': list('nnswe'), 'revenue': [1, 2, 3, 4, 5]})"
    notebook = write(
        tmp_path / "sales.ipynb",
        new_code_cell("region = 'n'", metadata={"tags": ["parameters"]}),
        new_code_cell(f"%load_ext analyst_magic\n{data}\nmine = sales[sales.region == region]"),
        new_code_cell("%%analyst -f mine\ntotal revenue"),
        kernelspec={"name": "python3", "display_name": "Python 3"},
    )
    execute(read_notebook(notebook), tmp_path, frozen=False)
    assert (tmp_path / "analyst.lock").exists()
    monkeypatch.setenv("ANALYST_FROZEN", "1")
    (tmp_path / "rows.csv").write_text("region\ns\ne\n")
    words = ["batch", str(notebook), "--over", str(tmp_path / "rows.csv"), "--out", str(tmp_path / "out")]
    assert main([*words, "--jobs", "2"]) == 0, capsys.readouterr().out
    assert "2 reports: 2 made." in capsys.readouterr().out
