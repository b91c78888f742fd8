"""Runs what the planner writes and fills its answer line, as the sandbox does: for tests that read the sentence."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

from analyst_magic.context.profile import profile
from analyst_magic.planner.plan.compile import to_code
from analyst_magic.planner.plan.schema import QueryPlan
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.turn import Code, Question

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
    cards = tuple(profile(to_frame(name, frame)) for name, frame in frames.items())
    plan, card = choose_plan(Question(question), cards)
    return run(to_code(plan, card), frames)


def run(code: Code, frames: dict[str, Any]) -> str:
    """Run code as the sandbox does; gives its answer line."""
    if code.language == "sql":
        return _run_sql(code.text, frames)
    sentences: list[str] = []

    def answer(text: str, rows: Any) -> None:
        sentences.append(template.fill(text, lambda name: rows[name].tolist(), len(rows)))

    with tempfile.TemporaryDirectory() as folder:
        names = {"__name__": "cell", "answer": answer, "OUTPUT_PATH": f"{folder}/answer.{code.format}", **frames}
        exec(compile(code.text, "generated", "exec"), names)
    return "\n\n".join(sentences)


def _run_sql(text: str, frames: dict[str, Any]) -> str:
    lines = [line.removeprefix("-- answer") for line in text.splitlines() if line.startswith("-- answer")]
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register(name, to_frame(name, frame).table)
        rows = connection.sql(text).to_arrow_table()
    said = "\n".join(line.removeprefix(":").strip() for line in lines)
    return str(template.fill(said, lambda name: rows.column(name).to_pylist(), rows.num_rows))
