"""Data files as frames: named in a question, given by option, or registered; read in the sandbox where they lie."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from cell_text import cell_text
from fakes import ScriptedModel

from analyst_magic import Analyst
from analyst_magic.errors import FrameTooLarge, InputError
from analyst_magic.sources.data_files import profile_file
from analyst_magic.sources.files import (
    REGISTRY,
    DataFile,
    files_named,
    frame_name,
    open_data,
    open_registered,
    register,
    registered,
    unregister,
    with_frame_names,
)

SALES = pd.DataFrame({"region": ["north", "south", "north", "east"], "revenue": [10.0, 20.0, 40.0, 5.0]})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    SALES.to_csv("sales.csv", index=False)
    SALES.to_parquet("sales.parquet")
    SALES.to_json("sales.jsonl", orient="records", lines=True)
    SALES.to_excel("sales.xlsx", index=False)
    Path("sales.csv.gz").write_bytes(gzip.compress(Path("sales.csv").read_bytes()))
    return tmp_path


FORMATS = ("sales.csv", "sales.parquet", "sales.jsonl", "sales.xlsx", "sales.csv.gz")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("language", ["python", "sql"])
def test_a_file_of_every_format_is_read_in_every_sandbox(folder: Path, provider: str, name: str, language: Any) -> None:
    code = {
        "sql": "SELECT region, sum(revenue) AS total FROM sales GROUP BY region ORDER BY total DESC",
        "python": "import duckdb\n"
        "duckdb.sql('SELECT region, sum(revenue) AS total FROM sales GROUP BY 1 ORDER BY 2 DESC').df()",
    }
    with Analyst(model="offline", sandbox=provider if provider == "docker" else "local", spares=0) as analyst:
        turn = analyst.run(code[language], language, {"sales": Path(name)})
    assert turn.ok, turn.error
    assert turn.tables[0].to_pandas()["total"].tolist() == [50.0, 20.0, 5.0]


@pytest.fixture
def analyst(folder: Path, sandboxes: set[str]) -> Iterator[Analyst]:
    with Analyst(model="offline", sandbox="docker", spares=1) as made:
        yield made


@pytest.mark.docker
def test_a_question_that_names_a_file_is_answered_from_it(analyst: Analyst) -> None:
    turn = analyst.ask("total revenue by region in sales.parquet, highest first")
    assert turn.ok, turn.error
    assert turn.tables[0].to_pandas().iloc[0].tolist() == ["north", 50.0]


@pytest.mark.docker
def test_a_file_that_comes_later_gets_a_sandbox_that_sees_it_and_the_loss_is_told(
    analyst: Analyst, folder: Path
) -> None:
    assert analyst.run("kept = 1").ok
    turn = analyst.run(
        "import duckdb\nduckdb.sql('select count(*) as n from sales').df()", frames={"sales": Path("sales.csv")}
    )
    assert turn.tables[0].to_pandas()["n"].tolist() == [4]
    assert any("variables of the last are gone" in note for note in turn.notes)
    again = analyst.run("other = 1", frames={"sales": Path("sales.csv")})
    assert again.ok
    assert not any("gone" in note for note in again.notes)
    # A program that saves a file anew makes another one under its name.
    Path("new.csv").write_text("region,revenue\nwest,7\n")
    Path("new.csv").rename("sales.csv")
    turn = analyst.run("SELECT * FROM sales", "sql", {"sales": Path("sales.csv")})
    assert turn.tables[0].to_pandas().to_numpy().tolist() == [["west", 7]]


@pytest.mark.docker
def test_a_file_cannot_be_changed_from_inside(analyst: Analyst, folder: Path) -> None:
    before = Path("sales.csv").read_bytes()
    Path("sales.csv").chmod(0o666)  # so that the mount alone keeps the sandbox from it
    turn = analyst.run(
        "import os\npath = '/data/' + os.listdir('/data')[0]\nsales\nopen(path, 'a').write('x')",
        frames={"sales": Path("sales.csv")},
    )
    assert "Read-only file system" in str(turn.error)
    assert Path("sales.csv").read_bytes() == before


@pytest.mark.docker
def test_a_file_that_only_its_owner_may_read_is_copied(analyst: Analyst, folder: Path) -> None:
    Path("sales.csv").chmod(0o600)
    turn = analyst.run("SELECT sum(revenue) AS n FROM sales", "sql", {"sales": Path("sales.csv")})
    assert turn.ok, turn.error
    assert turn.tables[0].to_pandas()["n"].tolist() == [75.0]
    refused = analyst.run("SELECT 1 FROM sales", "sql", {"sales": Path("sales.csv")}, max_frame_bytes="10")
    assert isinstance(refused.error, FrameTooLarge)
    assert "sales.csv" in str(refused.error)


@pytest.mark.docker
def test_a_file_larger_than_the_sandboxs_memory_is_summed_up(folder: Path, sandboxes: set[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT range % 5 AS k, range AS n, hash(range)::VARCHAR || hash(range + 1)::VARCHAR AS t "
            "FROM range(9_000_000)) TO 'big.csv'"
        )
    memory = 400_000_000
    assert Path("big.csv").stat().st_size > memory
    with Analyst(model="offline", sandbox="docker", memory=str(memory), spares=0) as analyst:
        turn = analyst.ask("sum of n by k", {"big": Path("big.csv")})
        direct = analyst.run("SELECT count(*) AS rows, max(n) AS top FROM big", "sql", {"big": Path("big.csv")})
    assert turn.ok, turn.error
    frame = turn.tables[0].to_pandas()
    assert frame.iloc[:, 1].sum() == sum(range(9_000_000))
    assert direct.tables[0].to_pandas().iloc[0].tolist() == [9_000_000, 8_999_999]


@pytest.mark.docker
def test_a_hidden_column_of_a_file_reaches_neither_the_model_nor_its_code(folder: Path, sandboxes: set[str]) -> None:
    pd.DataFrame({"region": ["planted-north", "south"], "revenue": [1, 2]}).to_csv("sales.csv", index=False)
    with ScriptedModel() as server:
        server.say("```python\nimport os\n[sales.columns, os.path.exists('/data') and os.listdir('/data')]\n```")
        with Analyst(model="openai:x", base_url=server.base_url, api_key="k", sandbox="docker", spares=0,
                     hidden=["sales.region"], privacy="rows") as analyst:  # fmt: skip
            turn = analyst.ask("what is there?", {"sales": Path("sales.csv")})
        sent = json.dumps([request.body for request in server.requests])
    assert turn.ok, turn.error
    assert turn.results[0].text.split() in (["revenue"], ["revenue", "False"])
    assert "planted-north" not in sent
    assert "region" not in sent
    assert "revenue" in sent


@pytest.mark.parametrize("name", ["sales.csv", "sales.parquet", "sales.jsonl", "sales.csv.gz"])
def test_the_card_of_a_small_file_is_exact(folder: Path, name: str) -> None:
    file = open_data(name)
    assert isinstance(file, DataFile)
    card = profile_file("sales", file)
    assert (card.kind, card.rows, card.exact) == ("file", 4, True)
    region, revenue = card.columns
    assert (region.distinct, revenue.minimum, revenue.maximum) == (3, 5.0, 40.0)


def test_the_card_of_a_large_file_comes_from_a_sample_of_all_its_rows_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyst_magic.sources.data_files.EXACT_ROWS", 5_000)
    with duckdb.connect() as connection:
        connection.execute("COPY (SELECT range AS n FROM range(1_000_000)) TO 'many.parquet'")
    file = open_data("many.parquet")
    assert isinstance(file, DataFile)
    card = profile_file("many", file)
    assert (card.rows, card.exact, card.columns[0].rows) == (1_000_000, False, 5_000)
    assert 400_000 < (card.columns[0].mean or 0) < 600_000


def test_a_question_finds_the_files_that_are_there_and_no_others(folder: Path) -> None:
    question = "total in sales.csv, not in missing.csv or report.docx; see ./sales.csv.bak"
    found = files_named(question)
    assert found == {"sales": "sales.csv"}
    assert with_frame_names(question, found) == question.replace("sales.csv,", "@sales,")


def test_a_files_name_does_not_take_that_of_a_frame_in_scope(folder: Path) -> None:
    found = files_named("rows of sales.csv", taken={"sales"})
    assert found == {"sales_file": "sales.csv"}
    assert with_frame_names("rows of sales.csv", found) == "rows of @sales_file"
    with pytest.raises(InputError, match="Two data files are called sales"):
        files_named("compare sales.csv with sales.parquet")


@pytest.mark.parametrize(
    ("path", "name"), [("a b-c.csv", "a_b_c"), ("2024.csv.gz", "data_2024"), ("/x/Sales.PARQUET", "Sales")]
)
def test_a_files_frame_gets_a_name_that_code_can_use(path: str, name: str) -> None:
    assert frame_name(path) == name


def test_files_that_cannot_be_used_are_named(folder: Path) -> None:
    Path("broken.parquet").write_bytes(b"PAR1 no")
    Path("broken.xlsx").write_bytes(b"PK no")
    for name, said in (
        ("gone.csv", "no file gone.csv"), ("notes.md", "not a data file"), ("broken.parquet", "damaged or cut off"),
        ("broken.xlsx", "not what its name says"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=said):
            open_data(name)


def test_the_registry_keeps_path_schema_and_source_and_survives_what_is_gone(folder: Path) -> None:
    register("sales", "sales.csv", "https://example.org/sales")
    register("sheet", "sales.xlsx")
    entry = registered()["sales"]
    assert entry["source"] == "https://example.org/sales"
    assert list(entry["schema"]) == ["region", "revenue"]
    Path("sales.csv").unlink()
    found, missing = open_registered({})
    assert list(found) == ["sheet"]
    assert "sales.csv" in missing[0]
    unregister("sales")
    assert list(registered()) == ["sheet"]
    with pytest.raises(InputError, match="no data file sales"):
        unregister("sales")
    Path(REGISTRY).write_text("[1]")
    with pytest.raises(InputError, match="not a registry"):
        registered()


def test_a_notebook_registers_a_file_and_every_question_can_use_it(
    folder: Path, execute: Callable[..., Any], tmp_path: Path
) -> None:
    notebook = execute(
        "%analyst data add shop=sales.csv from the till",
        "%analyst data show shop",
        "%%analyst -o totals\ntotal revenue by region in shop",
        "print(totals.iloc[:, 1].sum())",
        "%%analyst -f other=sales.parquet -o more\nnumber of rows of other",
        "%analyst frames",
        "%analyst data drop shop",
        "%analyst data list",
    )
    texts = [cell_text(cell) for cell in notebook.cells[1:]]
    assert "every question here can use it" in texts[0]
    assert "from the till" in texts[1]
    assert "revenue  DOUBLE" in texts[1]
    assert texts[3].strip() == "75.0"
    assert re.search(r"shop +sales\.csv", texts[5])
    assert "No data file is registered" in texts[7]
