"""The offline planner's answers over databases: the same values, in the same order, as over frames."""

from __future__ import annotations

import base64
import datetime as dt
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from orders_database import orders_tables
from orders_questions import QUESTIONS

from analyst_magic import Analyst
from analyst_magic.turn import Turn

ORDERED = re.compile(r"\b(top|bottom|by|highest|lowest|moving|running|growth)\b", re.IGNORECASE)
"""Questions whose answers have an order."""


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Analyst]:
    with (
        pytest.MonkeyPatch.context() as patch,
        Analyst(model="offline", sandbox="local", spares=0, history=False) as made,
    ):
        patch.chdir(tmp_path_factory.mktemp("answers"))  # where its documents are kept
        yield made


def frames() -> dict[str, pd.DataFrame]:
    """The tables as an analyst has them in pandas: decimals are floats."""
    found = {}
    for name, table in orders_tables().items():
        fields = [pa.field(f.name, pa.float64() if pa.types.is_decimal(f.type) else f.type) for f in table.schema]
        found[name] = table.cast(pa.schema(fields)).to_pandas(date_as_object=False)
    return found


@pytest.fixture(scope="module")
def expected(analyst: Analyst) -> dict[str, Any]:
    """What each question gives over frames."""
    data = frames()
    return {question: shown(question, analyst.ask(question, data)) for question in QUESTIONS}


def shown(question: str, turn: Turn) -> tuple[str, list[Any]]:
    """What a user sees of an answer: its sentence, its tables by their values, its figures by theirs.

    Digits of the sentence are left out: decimals are shown with all of theirs, and floats rounded.
    """
    assert (question, turn.error, turn.kind) == (question, None, "result")
    results: list[Any] = []
    for table in turn.tables:
        found = table.to_arrow()
        rows = [tuple(map(plain, row.values())) for row in found.to_pylist()]
        results.append((found.column_names, rows if ORDERED.search(question) else sorted(rows, key=repr)))
    results += [plain(figure.to_plotly().to_plotly_json()) for figure in turn.figures]
    return re.sub(r"\d[\d.,]*", "#", turn.answer), results + [document.name for document in turn.documents]


def plain(value: Any) -> Any:
    """A value as engines are compared: numbers to nine digits, midnight as its day, points of a cloud in any order."""
    if isinstance(value, dict) and "bdata" in value:
        return plain(np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]))
    if isinstance(value, dict):
        found = {key: plain(inner) for key, inner in value.items()}
        if found.get("type") in {"box", "histogram"} or found.get("mode") == "markers":
            sides = [found.pop(side) for side in ("x", "y") if isinstance(found.get(side), list)]
            found["points"] = sorted(zip(*sides, strict=True), key=repr)
        return found
    if isinstance(value, list | tuple) or hasattr(value, "tolist"):
        return [plain(inner) for inner in (value.tolist() if hasattr(value, "tolist") else value)]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return None if math.isnan(value) else float(f"{float(value):.9g}")
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, str):
        return re.sub(r"(T\d\d:\d\d:\d\d)\.0+$", r"\1", value)
    return value.isoformat() if isinstance(value, dt.date) else value


def test_there_are_sixty_questions() -> None:
    assert len(set(QUESTIONS)) == len(QUESTIONS) >= 60


@pytest.mark.timeout(900)
def test_each_engine_gives_the_answers_of_frames(analyst: Analyst, orders: Any, expected: dict[str, Any]) -> None:
    wrong = {}
    for question in QUESTIONS:
        answer = shown(question, analyst.ask(question, connections={"shop": orders}))
        if answer != expected[question]:
            wrong[question] = (expected[question], answer)
    assert wrong == {}
