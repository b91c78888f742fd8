"""Investigations in a notebook, in a shell, and as files."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from cell_text import cell_text

from analyst_magic import Analyst, Plan, Step
from analyst_magic.cli import main
from analyst_magic.display.investigation import findings_bundle
from analyst_magic.display.investigation_notebook import save
from analyst_magic.display.plan_approval import edited, plan_box
from analyst_magic.errors import InputError, UnknownOption
from analyst_magic.language import shown_in
from analyst_magic.notebook.cell import Cells, read_cell
from analyst_magic.notebook.options import parse
from analyst_magic.report.provenance import read_answer
from analyst_magic.testing import FakeSandbox
from analyst_magic.turn import Code, Output
from analyst_magic.turn.investigation import Claim, Findings, Investigation

DATA = (
    "import pandas as pd\n"
    "orders = pd.DataFrame({'day': pd.to_datetime(['2026-02-03', '2026-02-10', '2026-03-05', '2026-03-06'] * 10),\n"
    "                       'region': ['West', 'East'] * 20, 'revenue': [50.0, 40.0, 20.0, 44.0] * 10})"
)
WHY = "Why did revenue fall in March?"


def test_a_cell_investigates_without_a_model_and_again_from_the_lock(execute: Callable[..., Any]) -> None:
    notebook = execute(
        DATA,
        f"%%analyst --investigate -m offline\n{WHY}",
        "print(_investigation.status, len(_investigation.turns), _analyst.question.text)",
        "%analyst investigation",
        "%analyst investigation save march.ipynb",
        f"%%analyst --investigate --frozen\n{WHY}",
        "%analyst lock prune",
    )
    first, bound, listed, saved, again, pruned = notebook.cells[2:]
    text = cell_text(first)
    assert "Nobody can be asked here, so the plan is taken as it is." in text
    assert "Revenue fell from 900 in February 2026 to 640 in March 2026" in text
    assert "West accounts for most among region: -300 of -260" in text
    assert "supported, confidence high" in text
    assert "finished 2 How revenue changed from February 2026 to March 2026, by region" in cell_text(bound)
    assert "2 of 2" in cell_text(listed)
    assert "Written: march.ipynb" in cell_text(saved)
    assert "the steps run again" in cell_text(again)
    assert "supported" in cell_text(again)
    page = "".join(output.get("data", {}).get("text/html", "") for output in first.outputs)
    assert page.count('href="#investigation-') == page.count('id="investigation-') == 2
    assert "3 pins removed" in cell_text(pruned)  # this notebook is in no file of the folder


def test_the_options_of_a_cell() -> None:
    assert parse("--investigate --yes --budget steps=4,cost=0.5").budget.steps == 4  # type: ignore[union-attr]
    for line in ("--yes", "--budget steps=4", "--investigate --budget steps=none", "--investigate --budget cost=-1",
                 "--investigate --background", "--investigate -o a", "--investigate --as table"):  # fmt: skip
        with pytest.raises(UnknownOption):
            parse(line)
    (cell,), _ = read_cell(f"%%analyst --investigate\n{WHY}", Cells())
    (plain,), _ = read_cell(f"%%analyst\n{WHY}", Cells())
    assert cell.keys() != plain.keys()


def test_a_plan_is_edited_reordered_and_cut_by_its_buttons() -> None:
    answer: Future[Plan | None] = Future()
    steps = [Step("one", method="sums"), Step("two"), Step("three", ("orders",), "means")]
    box = plan_box(steps, answer)
    _, listed, buttons = box.children
    listed.children[0].children[2].click()  # leave out the first
    listed.children[1].children[1].click()  # move the last up
    listed.children[1].children[0].value = "two, but by month"
    buttons.children[0].click()
    assert answer.result(0) == Plan((Step("three", ("orders",), "means"), Step("two, but by month")))


def test_a_question_that_was_rewritten_loses_its_method() -> None:
    step = Step("one", ("orders",), "sums", "it rises", "it falls")
    assert edited(step, "one ") == step
    assert edited(step, "another") == Step("another", ("orders",))


@pytest.fixture
def done() -> Investigation:
    frame = pd.DataFrame({"region": ["West", "East"], "change": [-300.0, 40.0]})
    sandbox = FakeSandbox(lambda code: [frame, Output("answer", "**West** fell by 300 <b>.")])
    with Analyst(model="offline", sandbox=sandbox, history=None) as analyst:
        steps = Plan((Step("Change by <region>", code=Code("SELECT 1", "sql")),))
        return analyst.investigate("Why & how?", {"orders": frame}, plan=steps)


def test_no_text_of_an_investigation_becomes_markup(done: Investigation) -> None:
    page = str(findings_bundle(done)["text/html"])
    assert "&lt;b&gt;" in page
    assert "<b>." not in page


def test_contradictions_are_marked_in_the_findings(done: Investigation) -> None:
    claim = Claim("West rose.", (1,), support="contradicted", remark="The result says the opposite.")
    page = str(findings_bundle(replace(done, findings=Findings("", (claim,))))["text/html"])
    assert "✗ contradicted" in page
    assert "<mark" in page
    with shown_in("de"):
        page = str(findings_bundle(replace(done, findings=Findings("", (claim,))))["text/html"])
    assert "Schritt 1" in page
    assert "contradicted" not in page


@pytest.mark.parametrize("ending", ["ipynb", "html", "docx", "pptx"])
def test_an_investigation_becomes_a_notebook_a_report_a_document_and_a_deck(
    done: Investigation, tmp_path: Path, ending: str
) -> None:
    path = save(done, tmp_path / f"why.{ending}")
    assert path.stat().st_size > 1_000
    if ending == "html":
        assert "West" in path.read_text("utf-8")
    if ending == "ipynb":
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
        assert "## Findings" in notebook.cells[0].source
        assert notebook.cells[3].source == "%%analyst\nSQL:\nSELECT 1"
        assert any(read_answer(output) for output in notebook.cells[3].outputs)


def test_another_ending_is_refused(done: Investigation, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        save(done, tmp_path / "why.csv")


def test_the_shell_investigates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANALYST_HISTORY_PATH", str(tmp_path / "history.sqlite3"))
    pd.DataFrame({"day": ["2026-02-03", "2026-03-05"] * 20, "region": ["West", "East"] * 20, "revenue": [5.0, 2.0] * 20}
                 ).to_csv("orders.csv", index=False)  # fmt: skip
    words = ["ask", "--investigate", WHY, "--data", "orders.csv", "--model", "offline", "--set", "sandbox=local",
             "--json", "-o", "why.ipynb"]  # fmt: skip
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is True
    assert "fell from 100 " in found["steps"][0]["turn"]["answer"].replace("*", "")
    assert found["findings"]["claims"][0]["support"] == "supported"
    assert (tmp_path / "why.ipynb").exists()
    assert main(["investigation"]) == 0
    assert "finished" in capsys.readouterr().out
