"""Data with known traps: an answer that steps into one says so, and one over the same data without it says nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
import yaml

from analyst_magic import Analyst, Turn
from analyst_magic.testing import ScriptedModel

TRAPS = Path(__file__).parent / "data" / "traps"
TABLES = yaml.safe_load((TRAPS / "tables.yaml").read_text())
CASES = yaml.safe_load((TRAPS / "cases.yaml").read_text())


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Analyst]:
    with Analyst(sandbox="local", model="offline", folder=tmp_path_factory.mktemp("traps"), history=False) as analyst:
        analyst.run("1")  # what is said of a sandbox once has been said
        yield analyst


def run(analyst: Analyst, case: dict[str, Any], code: str, tables: dict[str, str]) -> Turn:
    """The turn of code over tables, as frames of the library that the case is about."""
    frame = pl.DataFrame if case["language"] == "polars" else pd.DataFrame
    language = "sql" if case["language"] == "sql" else "python"
    turn = analyst.run(code, language=language, frames={name: frame(TABLES[table]) for name, table in tables.items()})
    assert turn.ok, turn.error
    return turn


def asked(case: dict[str, Any], folder: Path) -> Turn:
    """The turn of a question that a model answers with the code."""
    frames = {name: pd.DataFrame(TABLES[table]) for name, table in case["trap"].items()}
    with (
        ScriptedModel([f"```sql\n{case['code']}\n```"]) as model,
        Analyst(sandbox="local", folder=folder, history=False, **model.settings) as analyst,
    ):
        return analyst.ask(case["question"], frames)


def values(turn: Turn) -> list[float]:
    """The numbers of an answer: those of its last column, or its one number."""
    if turn.tables:
        return [float(value) for value in turn.tables[0].to_pandas().iloc[:, -1]]
    (text,) = (result.to_text() for result in turn.results)
    return [float(text.removeprefix("np.float64(").removeprefix("np.int64(").rstrip(")"))]


def is_close(found: list[float], wanted: float | list[float]) -> bool:
    expected = wanted if isinstance(wanted, list) else [wanted]
    return len(found) == len(expected) and all(map(math.isclose, found, expected))


def test_there_are_forty_cases() -> None:
    assert len(CASES) == 40
    assert len({case["name"] for case in CASES}) == 40


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_trap_is_said_and_nothing_is_said_without_it(analyst: Analyst, case: dict[str, Any], tmp_path: Path) -> None:
    stepped = asked(case, tmp_path) if "question" in case else run(analyst, case, case["code"], case["trap"])
    assert [note for note in stepped.notes if case["warning"] in note], stepped.notes
    right = run(analyst, case, case["right"], case["trap"])
    assert is_close(values(right), case["value"])
    assert not [note for note in right.notes if case["warning"] in note]
    clean = run(analyst, case, case.get("clean code", case["code"]), case["clean"])
    assert is_close(values(clean), case["clean value"])
    assert clean.notes == ()
