"""Data sources: one table of kinds, a protocol that callers keep to, and kinds that other packages bring."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from installed_package import install

import analyst_magic
from analyst_magic.errors import FrameError
from analyst_magic.sources import Source, SourceKind
from analyst_magic.sources.files import open_data
from analyst_magic.sources.kinds import kind_of, load_data, schema_text, source_kinds, source_of, sources_in, states

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(analyst_magic.__file__).parent
SALES = pd.DataFrame({"region": ["north", "south"], "revenue": [10.0, 20.5]})
# A table that only its owner can read: neither a frame of a known library nor an Arrow stream.
LEDGER = """
import pyarrow as pa
from analyst_magic.sources import Source, SourceKind

class Ledger:
    def __init__(self, entries):
        self.entries = entries

class LedgerSource(Source):
    kind = "ledger"
    def __init__(self, name, ledger):
        self.name, self.ledger = name, ledger
    def read(self):
        return pa.table({"account": [a for a, _ in self.ledger.entries], "amount": [n for _, n in self.ledger.entries]})

class LedgerKind(SourceKind):
    name = "ledger"
    def matches(self, value):
        return isinstance(value, Ledger)
    def open(self, name, value):
        return LedgerSource(name, value)

broken = object()
"""


@pytest.fixture
def every_kind(tmp_path: Path) -> dict[str, object]:
    """The same rows as a source of each kind whose rows are in this process or its files."""
    SALES.to_csv(tmp_path / "sales.csv", index=False)
    arrow = pa.Table.from_pandas(SALES, preserve_index=False)
    return {
        "pandas": SALES,
        "polars": pl.from_pandas(SALES),
        "arrow": arrow,
        "file": open_data(tmp_path / "sales.csv"),
    }


def test_every_kind_tells_the_same_of_the_same_rows(every_kind: dict[str, object]) -> None:
    for kind, value in every_kind.items():
        source = source_of("sales", value)
        assert (source.kind, kind_of(value)) == (kind, kind)
        assert source.labels == ["region", "revenue"]
        assert source.column_kinds() == [("region", "text"), ("revenue", "number")]
        assert [name for name, _ in source.column_types()] == source.labels
        assert [(c.name, c.type, c.distinct) for c in source.card().columns] == [
            ("region", "text", 2),
            ("revenue", "float", 2),
        ]
        assert source.state() == source_of("sales", value).state()
        assert schema_text(value) == "region text, revenue number"
        assert "2 columns" in source.extent


def test_a_source_gives_code_a_frame_or_a_file_and_no_hidden_column(every_kind: dict[str, object]) -> None:
    for kind, value in every_kind.items():
        narrow = source_of("sales", value).hiding({"sales.revenue", "other.region"})
        assert narrow.labels == ["region"]
        assert [column.name for column in narrow.card().columns] == ["region"]
        assert (narrow.file is not None) == (kind == "file")
        if narrow.file is not None:
            assert list(narrow.file.schema) == ["region"]
        else:
            assert narrow.frame().table.column_names == ["region"]


def test_another_state_is_told_from_the_first() -> None:
    more = SALES.assign(revenue=[10.0, 21.0])
    assert states({"sales": SALES}) == states({"sales": SALES.copy()}) != states({"sales": more})


def test_what_is_no_source_is_said_and_found_nowhere() -> None:
    assert sources_in({"sales": SALES, "n": 3, "_hidden": SALES, "text": "x"}) == {"sales": SALES}
    with pytest.raises(FrameError, match="n is a int, not a data frame"):
        source_of("n", 3)


def test_a_data_file_is_loaded_as_pandas_would(tmp_path: Path) -> None:
    SALES.to_csv(tmp_path / "s.tsv", index=False, sep="\t")
    SALES.to_json(tmp_path / "s.jsonl", orient="records", lines=True)
    SALES.to_excel(tmp_path / "s.xlsx", index=False)
    for name in ("s.tsv", "s.jsonl", "s.xlsx"):
        pd.testing.assert_frame_equal(load_data(tmp_path / name), SALES, check_dtype=False)  # type: ignore[call-overload]


def test_callers_keep_to_the_protocol_and_ask_for_no_kind_by_name() -> None:
    """Outside of the package ``sources`` nobody tests whether a value is a data file, or compares a kind's name."""
    names = {kind.name for kind in source_kinds()}
    wrong = []
    for path in set(PACKAGE.rglob("*.py")) - set((PACKAGE / "sources").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "isinstance"
                and "DataFile" in ast.unparse(node)
            ):
                wrong.append(f"{path}:{node.lineno}")
            if isinstance(node, ast.Compare) and "source.kind" in ast.unparse(node.left):
                wrong += [f"{path}:{node.lineno}" for name in names if repr(name) in ast.unparse(node)]
    assert wrong == []


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with an installed package, as pip leaves it."""
    (tmp_path / "acme_ledger.py").write_text(LEDGER)
    return install(tmp_path, "sources", ledger="acme_ledger:LedgerKind")


def run(package: Path, code: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(package), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=150, check=False
    )


def test_a_question_is_answered_over_the_source_of_another_package(package: Path) -> None:
    code = (
        "from acme_ledger import Ledger\n"
        "from analyst_magic import Analyst\n"
        "books = Ledger([('rent', 900.0), ('tea', 4.5), ('rent', 850.0)])\n"
        "with Analyst(model='offline', sandbox='local', spares=0) as analyst:\n"
        "    turn = analyst.ask('total amount by account, highest first', {'books': books, 'other': Ledger([])})\n"
        "    print(turn.error, turn.tables[0].to_pandas().values.tolist())\n"
        "    print(analyst.ask('total @books.amount', {'books': books}, hidden=['books.account']).ok)\n"
        "    print(analyst.context('rows?', {'books': books}, hidden=['books.account']).description)\n"
    )
    done = run(package, code)
    first, second, *told = done.stdout.splitlines()
    assert first == "None [['rent', 1750.0], ['tea', 4.5]]", done.stderr
    assert second == "True"
    assert "amount" in "".join(told)
    assert "account" not in "".join(told)


def test_a_source_of_another_package_that_cannot_be_loaded_is_said_and_stops_nothing(package: Path) -> None:
    install(package, "sources", ledger="acme_ledger:broken", lost="acme_lost:Kind")
    done = run(package, "from analyst_magic.sources.kinds import kind_of\nprint(repr(kind_of(3)))")
    assert done.stdout == "''\n"
    assert "The data source ledger of acme_ledger:broken cannot be loaded" in done.stderr
    assert "The data source lost of acme_lost:Kind cannot be loaded" in done.stderr


def test_the_least_that_a_source_needs_is_its_name_its_kind_and_its_rows() -> None:
    class Least(Source):
        name, kind = "least", "mine"

        def read(self) -> object:
            return SALES

    class LeastKind(SourceKind):
        name = "mine"

        def matches(self, value: object) -> bool:
            return value == "mine"

        def open(self, name: str, value: object) -> Source:
            return Least()

    source = LeastKind().open("least", "mine")
    assert isinstance(source, Source)
    assert (source.labels, source.row_count, source.extent) == (["region", "revenue"], None, "mine")
    assert source.card().rows == 2
