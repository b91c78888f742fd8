"""Runs what the planner writes and fills its answer line, as the sandbox does: for tests that read the sentence."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

from analyst_magic.planner.plan.compile import to_code
from analyst_magic.planner.plan.schema import QueryPlan
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, FrameCard, Question
from analyst_magic.turn.answer import answer_template

TEMPLATE = Path(__file__).parent.parent / "sandbox_image" / "guest" / "template.py"


def guest_template() -> ModuleType:
    """The module of the sandbox that fills templates; it needs nothing of the sandbox."""
    spec = importlib.util.spec_from_file_location("guest_template", TEMPLATE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["guest_template"] = module
    spec.loader.exec_module(module)
    return module


template = guest_template()


def answer_of(plan: QueryPlan, frame: Any, language: Any = None) -> str:
    """The sentence of a plan over a frame."""
    card = profile(to_frame(plan.frame, frame))
    return run(to_code(plan, card, language), {plan.frame: frame})


def asked(question: str, **frames: Any) -> str:
    """The sentence that answers a question."""
    cards = tuple(_card(name, id(frame), frame) for name, frame in frames.items())
    plan, card = choose_plan(Question(question), cards)
    return run(to_code(plan, card), frames)


_CARDS: dict[tuple[str, int], tuple[FrameCard, Any]] = {}


def _card(name: str, identity: int, frame: Any) -> FrameCard:
    """The card of a frame, which is kept alive beside it so that its identity stays its own."""
    if (name, identity) not in _CARDS:
        _CARDS[name, identity] = profile(to_frame(name, frame)), frame
    return _CARDS[name, identity][0]


def run(code: Code, frames: dict[str, Any]) -> str:
    """Run code as the sandbox does; gives its answer line."""
    if code.language == "sql":
        return _run_sql(code.text, frames)
    sentences: list[str] = []

    def answer(text: str, rows: Any) -> None:
        values = [rows.iloc[:, place].tolist() for place in range(len(rows.columns))]
        sentences.append(fill(text, list(rows.columns), values, len(rows)))

    with tempfile.TemporaryDirectory() as folder:
        names = {"__name__": "cell", "answer": answer, "OUTPUT_PATH": f"{folder}/answer.{code.format}", **frames}
        exec(compile(code.text, "generated", "exec"), names)
    return "\n\n".join(sentences)


def fill(text: str, names: list[str], values: list[list[Any]], count: int) -> str:
    """The sentence of a template over columns of values; it has to fit them."""
    sentence, note = template.fill(text, template.Rows(lambda place: values[place], names, count))
    assert not note
    return str(sentence)


def _run_sql(text: str, frames: dict[str, Any]) -> str:
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register(name, to_frame(name, frame).table)
        rows = connection.sql(text).to_arrow_table()
    return fill(
        answer_template(text), rows.column_names, [column.to_pylist() for column in rows.columns], rows.num_rows
    )
