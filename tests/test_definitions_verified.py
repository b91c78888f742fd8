"""Questions that a person has verified: written, found by meaning, answered without a model, and told as stale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analyst_magic import Analyst
from analyst_magic.commands.definitions import definitions, problems, verify
from analyst_magic.errors import InputError
from analyst_magic.semantics.files import read_definitions
from analyst_magic.semantics.verified import VerifiedQuestion, matched, meaning, read_verified, with_parameters
from analyst_magic.testing import ScriptedModel
from analyst_magic.turn import Code
from analyst_magic.turn.definitions import Definitions, Expression, MetricDefinition

REPLY = "```sql\nSELECT sum(amount) AS revenue FROM sales WHERE year = 2024 AND country = 'Chile'\n```"
FRAMES: dict[str, object] = {
    "sales": pd.DataFrame(
        {
            "amount": [1.0, 2.0, 4.0, 8.0],
            "year": [2024, 2025, 2024, 2025],
            "country": ["Chile", "Chile", "Peru", "Peru"],
        }
    )
}
QUESTION = "What was the revenue in 2024 in Chile?"


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file with one verified question."""
    tmp_path = tmp_path_factory.mktemp("verified")
    with ScriptedModel([REPLY]) as model, Analyst(sandbox="local", folder=tmp_path, **model.settings) as analyst:
        turn = analyst.ask(QUESTION, FRAMES)
        said = verify('"revenue of a year" checked with finance', turn, tmp_path, "", FRAMES)
    assert said == (
        "“What was the revenue in {year} in {value}?” is verified as revenue of a year, in verified.yaml. It also "
        "answers other values of year and value."
    )
    return (tmp_path / "semantics" / "verified.yaml").read_text()


@pytest.fixture
def folder(verified: str, tmp_path: Path) -> Path:
    """A folder with that file."""
    (tmp_path / "semantics").mkdir()
    (tmp_path / "semantics" / "verified.yaml").write_text(verified)
    return tmp_path


@pytest.fixture
def offline(folder: Path) -> Iterator[Analyst]:
    with Analyst(sandbox="local", model="offline", folder=folder, history=False) as analyst:
        yield analyst


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (QUESTION, 1.0),
        ("the revenue in Chile in 2024", 1.0),
        ("Show me the revenues in Peru in 2025", 8.0),
        ("revenue in 2023 in Chile", None),
    ],
)
def test_a_question_that_means_the_same_is_answered_by_the_verified_code(
    offline: Analyst, question: str, value: float | None
) -> None:
    turn = offline.ask(question, FRAMES)
    assert turn.ok
    found = turn.tables[0].to_pandas()["revenue"].iloc[0]
    assert pd.isna(found) if value is None else found == value
    assert turn.verified.startswith("verified by ")
    assert turn.evidence[0] == turn.verified
    assert any("as revenue of a year: checked with finance." in note for note in turn.notes)
    assert turn.model.startswith("openai:")
    assert not turn.remote


@pytest.mark.parametrize("question", ["revenue by year in Chile", "revenue in 2024", "cost in 2024 in Chile"])
def test_another_question_is_not(offline: Analyst, question: str) -> None:
    assert offline.ask(question, FRAMES).verified == ""


def test_a_quoted_value_cannot_end_the_text_that_it_stands_in() -> None:
    code = Code('sales[sales.country == "Chile"].amount.sum()')
    one = VerifiedQuestion("by_country", "Takings of {value}", code, "Ada", "2026-01-02", parameters={"value": "Chile"})
    for value in ('Peru" or "x', 'Peru" & exit() & "x', "Peru' or 'x", "Peru; x", "Peru\n1"):
        assert matched(f"takings of “{value}”", [one], Definitions()) is None
    assert matched("takings of “Bosnia & H.”", [one], Definitions()) == (one, {"value": "Bosnia & H."})


@pytest.mark.parametrize("place", ["Nowhere", "CHILE"])
def test_a_value_that_no_row_has_is_said(offline: Analyst, place: str) -> None:
    turn = offline.ask(f"What was the revenue in 2024 in {place}?", FRAMES)
    assert turn.answer == f"No rows: nothing in the data fits the value {place}."


def test_a_value_cannot_leave_its_place(offline: Analyst) -> None:
    turn = offline.ask("revenue in 2024 in “x' OR '1'='1”", FRAMES)
    assert turn.verified == ""


def test_the_file_can_be_read_and_committed(folder: Path) -> None:
    text = (folder / "semantics" / "verified.yaml").read_text()
    assert text.startswith("# Questions whose answers a person has checked")
    assert "question: What was the revenue in {year} in {value}?" in text
    assert "      SELECT sum(amount) AS revenue FROM sales" in text
    assert read_definitions(folder).problems == ()
    (one,) = read_verified(folder).questions
    assert one.parameters == {"year": "2024", "value": "Chile"}
    assert not one.is_edited


def test_the_same_name_is_written_once_and_comments_stay(folder: Path) -> None:
    path = folder / "semantics" / "verified.yaml"
    path.write_text(path.read_text().replace("verified:", "# ours\nverified:"))
    with ScriptedModel([REPLY]) as model, Analyst(sandbox="local", folder=None, **model.settings) as analyst:
        verify('"revenue of a year" again', analyst.ask(QUESTION, FRAMES), folder, "", FRAMES)
    (one,) = read_verified(folder).questions
    assert one.note == "again"
    assert "# ours" in path.read_text()


def test_changed_code_changed_data_and_changed_definitions_are_stale(folder: Path) -> None:
    path = folder / "semantics" / "verified.yaml"
    text = path.read_text()
    other = {"sales": FRAMES["sales"].rename(columns={"year": "period"})}  # type: ignore[attr-defined]
    (problem,) = problems(read_definitions(folder), other)
    assert str(problem).startswith("verified.yaml:3: The verified question revenue of a year is stale: the frame sales")
    path.write_text(text.replace("sum(amount)", "max(amount)"))
    assert "edited since it was verified" in definitions("check", [], folder, "", FRAMES)
    with Analyst(sandbox="local", model="offline", folder=folder, history=False) as analyst:
        turn = analyst.ask(QUESTION, FRAMES)
    assert turn.verified == ""
    assert any("is stale: its question or code was edited" in note for note in turn.notes)
    (folder / "analyst.yaml").write_text(
        """
version: "0.2.0.dev0"
semantic_model:
  - name: shop
    datasets: [{name: sales, source: sales}]
    metrics: [{name: revenue, expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(sales.amount)}]}}]
"""
    )
    path.write_text(text.replace("      privacy", "      definitions: {revenue: '00000000'}\n      privacy", 1))
    path.write_text(text.replace("    privacy:", "    definitions: {revenue: '00000000'}\n    privacy:", 1))
    assert "the definition of revenue is another now" in definitions("check", [], folder, "", FRAMES)


def test_what_is_no_verified_question_is_told_with_its_line(folder: Path) -> None:
    path = folder / "semantics" / "verified.yaml"
    path.write_text("verified:\n  - name: a\n    question: b\n")
    assert [str(problem) for problem in read_definitions(folder).problems] == [
        "verified.yaml:2: This is no verified question: by is missing."
    ]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("5", "it has no parts such as “name: …”"),
        ("{name: a, parameters: 7}", "parameters has no pairs such as “year: 2024”"),
        ("{name: a}", "question is missing"),
    ],
)
def test_an_entry_of_another_kind_is_told_and_the_others_are_read(folder: Path, entry: str, problem: str) -> None:
    path = folder / "semantics" / "verified.yaml"
    path.write_text(path.read_text() + f"  - {entry}\n")
    found = read_verified(folder)
    assert len(found.questions) == 1
    assert str(found.problems[0]).startswith("verified.yaml:")
    assert str(found.problems[0]).endswith(f"This is no verified question: {problem}.")


def test_only_an_answer_to_a_question_can_be_verified(folder: Path) -> None:
    with Analyst(sandbox="local", model="offline", history=False) as analyst:
        own = analyst.run("SELECT 1 AS n", language="sql")
        with pytest.raises(InputError, match="Only the answer to a question"):
            verify("own", own, folder, "", {})
    with pytest.raises(InputError, match="There is no answer to verify"):
        verify("none", None, folder, "", {})
    with pytest.raises(InputError, match="A verified question has a name"):
        verify("", own, folder, "", {})


def test_a_model_is_shown_verified_questions_and_not_what_merely_ran(folder: Path) -> None:
    with (
        ScriptedModel(["```sql\nSELECT 1 AS n\n```", "```sql\nSELECT 2 AS n\n```"]) as model,
        Analyst(
            sandbox="local", folder=folder, history=True, history_path=str(folder / "h"), **model.settings
        ) as analyst,
    ):
        analyst.ask("Best month of the revenue of Chile", FRAMES)
        analyst.ask("Worst month of the revenue of Chile", FRAMES, fresh=True)
        sent = str(model.requests[1])
    assert "year = 2024 AND country" in sent
    assert "SELECT 1 AS n" not in sent


def test_orders_of_words_and_synonyms() -> None:
    metric = MetricDefinition("revenue", Expression({"ANSI_SQL": "SUM(x)"}), synonyms=("net sales",))
    known = Definitions(metrics=(metric,))
    same = {meaning(text, known) for text in ("Total net sales by region in {year}", "revenue in {year} by region")}
    assert len(same) == 1
    one = VerifiedQuestion("top", "Top {number} products", Code("LIMIT 5", "sql"), "A", "B", parameters={"number": "5"})
    assert matched("top 12 products", [one], known) == (one, {"number": "12"})
    assert one.code_with({"number": "12"}).text == "LIMIT 12"
    assert matched("top 12 of 15 products", [one], known) is None


@pytest.mark.parametrize(
    ("question", "code", "found"),
    [
        ("top 5 in 2024", "LIMIT 5 -- 2024, 5", {"year": "2024"}),
        ("revenue of 2024 and 2025", "year IN (2024, 2025)", {}),
        ("orders of north west", "region = 'north west'", {"value": "north west"}),
        ("flights", "origin = 'JFK'", {}),
    ],
)
def test_only_values_that_stand_in_the_code_once_are_parameters(
    question: str, code: str, found: dict[str, str]
) -> None:
    assert with_parameters(question, code)[1] == found
