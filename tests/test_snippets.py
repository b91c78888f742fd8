"""Code kept under a name, and conversations kept apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cell_text import cell_text
from fakes import ScriptedModel

from analyst_magic.cli import main
from analyst_magic.errors import InputError
from analyst_magic.history.lock import Pin
from analyst_magic.history.snippets import NAME, Snippets
from analyst_magic.turn import Code

SETUP = "import pandas as pd\nsales = pd.DataFrame({'region': ['n', 's', 'n'], 'revenue': [1.0, 2.0, 4.0]})"


def texts(notebook: Any) -> list[str]:
    return [cell_text(cell) for cell in notebook.cells[1:]]


def test_the_code_of_an_answer_is_kept_run_tested_and_deleted(
    execute: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = execute(
        SETUP,
        "%%analyst\ntotal revenue by region",
        "%analyst snippets save by_region",
        "%analyst snippets",
        "%analyst snippets show by_region",
        "%analyst snippets run by_region",
        "%analyst snippets test",
        "sales.loc[0, 'revenue'] = 100.0",
        "%analyst snippets test by_region",
        "%analyst snippets expect by_region",
        "%analyst snippets test",
    )
    said = texts(notebook)
    assert "by_region  sql  total revenue by region" in said[3]
    assert "SUM(revenue)" in said[4]
    assert any("<table" in output.get("data", {}).get("text/html", "") for output in notebook.cells[6].outputs)
    assert said[6] == "ok    by_region  gives what it should\n"
    assert said[8] == "FAIL  by_region  runs, and gives something else than it should\n"
    assert said[10] == "ok    by_region  gives what it should\n"
    monkeypatch.chdir(tmp_path)
    pd.DataFrame({"region": ["n", "s"], "revenue": [104.0, 2.0]}).to_csv("sales.csv", index=False)
    assert main(["snippets", "test", "--data", "sales=sales.csv"]) == 0
    assert "ok    by_region  gives what it should" in capsys.readouterr().out
    pd.DataFrame({"region": ["n"], "revenue": [1.0]}).to_csv("sales.csv", index=False)
    assert main(["snippets", "test", "--data", "sales=sales.csv"]) == 1
    assert main(["snippets", "test"]) == 1
    assert "FAIL  by_region  fails" in capsys.readouterr().out
    assert main(["snippets", "list"]) == 0


def test_a_file_of_snippets_is_readable_and_one_that_is_none_is_named(tmp_path: Path) -> None:
    kept = Snippets(tmp_path)
    snippet = Pin("q", "", "", "", Code("SELECT 1\nFROM x", "sql"), "offline", "", {}, ("table abc",))
    kept.save("one", snippet)
    assert "[snippet.one]" in (tmp_path / NAME).read_text()
    assert "code = '''\nSELECT 1\nFROM x\n'''" in (tmp_path / NAME).read_text()
    assert kept.get("one") == snippet.sealed()
    for name in ("", "a b", "../x", "é"):
        with pytest.raises(InputError, match="cannot be a snippet's name"):
            kept.save(name, snippet)
    kept.delete("one")
    with pytest.raises(InputError, match="no snippet one"):
        kept.get("one")
    (tmp_path / NAME).write_text("no toml")
    with pytest.raises(InputError, match=r"analyst_snippets\.toml"):
        kept.all()


def test_conversations_are_kept_apart_each_with_its_model_and_language(
    execute: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedModel() as server:
        for _ in range(4):
            server.say("```sql\nSELECT sum(revenue) AS total FROM sales\n```")
        monkeypatch.setenv("ANALYST_MODEL", "openai:first")
        monkeypatch.setenv("ANALYST_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        notebook = execute(
            SETUP,
            "%%analyst\nwhat is the total of blue",
            "%analyst thread other",
            "%%analyst -m openai:second --sql\nwhat is the total of green",
            "%%analyst\nwhat is the total of red",
            "%analyst thread main",
            "%%analyst\nwhat is the total of grey",
            "%analyst thread delete other",
            "%analyst thread",
            "%analyst thread delete nowhere",
            allow_errors=True,
        )
        bodies = [request.body for request in server.requests]
    assert [body["model"] for body in bodies] == ["first", "second", "second", "first"]
    sent = [json.dumps(body["messages"]) for body in bodies]
    assert "blue" not in sent[1]
    assert "green" in sent[2]
    assert "blue" in sent[3]
    assert "green" not in sent[3]
    said = texts(notebook)
    assert "* other  0 questions" in said[2]
    assert "* main  2 questions" in said[8]
    assert "other" not in said[8]
    assert "no conversation nowhere" in str(notebook.cells[-1].outputs)
