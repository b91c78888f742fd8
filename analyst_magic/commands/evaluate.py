"""``analyst eval``: questions with known answers, asked of a model, so that a team can choose one with evidence.

A question is a line of JSON: ``{"question": ..., "data": {"orders": "orders.csv"}, "expect": ...}``. What is expected
is a number, a text, or rows; ``null`` where no answer is the right one. Two public sets are read where the user has
fetched them: InfiAgent-DABench (https://github.com/InfiAgent/InfiAgent, its questions, labels and tables) and a folder
of text-to-SQL questions over SQLite files, as Spider and BIRD have them.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from ..analyst import Analyst
from ..errors import Abstained, InputError, NoCode
from ..language import message
from ..results.text import Text
from ..sources.kinds import load_data
from ..turn import Turn
from ..wording import count

Outcome = Literal["correct", "wrong", "abstained", "failed"]
TOLERANCE = 1e-6
_LABELLED = re.compile(r"@(\w+)\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Item:
    """One question and its answer.

    Attributes:
        question: As it is asked.
        frames: What it is asked of.
        expect: A number, a text or rows; None where it should not be answered; a mapping of names to values where the
            answer is to be printed as ``@name[value]``.
        ordered: Whether rows must come in their order.
    """

    question: str
    frames: Mapping[str, object]
    expect: Any
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """One question with its answer, and whether that is right."""

    item: Item
    outcome: Outcome
    turn: Turn


def read_questions(path: Path) -> Iterator[Item]:
    """The questions of a file or a folder, whichever of the known forms it has.

    Raises:
        InputError: It has none of them.
    """
    if path.is_file():
        yield from _own(path)
    elif (path / "da-dev-questions.jsonl").is_file():
        yield from _dabench(path)
    elif file := next((path / n for n in ("dev.json", "questions.json") if (path / n).is_file()), None):
        yield from _text_to_sql(file)
    else:
        raise InputError(
            message("{path} has no questions in a known form.", path=path),
            message("`analyst eval --help` lists the forms that can be read."),
        )


def evaluate(analyst: Analyst, items: Sequence[Item], on_run: Callable[[EvaluationRun], None]) -> list[EvaluationRun]:
    """Ask every question by itself, and compare each answer with the right one."""
    runs = []
    for item in items:
        turn = analyst.ask(item.question, item.frames, fresh=True)
        runs.append(EvaluationRun(item, judge(item, turn), turn))
        on_run(runs[-1])
    return runs


def judge(item: Item, turn: Turn) -> Outcome:
    """Whether an answer is right: any of its results may be the one that is asked for."""
    if isinstance(turn.error, Abstained | NoCode) or turn.kind != "result":
        return "correct" if item.expect is None else "abstained"
    if turn.error is not None:
        return "failed"
    if item.expect is None:
        return "wrong"
    in_words = [Text(turn.answer)] if turn.answer else []
    return "correct" if any(_fits(item, result) for result in (*in_words, *turn.results)) else "wrong"


def report(runs: Sequence[EvaluationRun]) -> str:
    """The sums, for a person."""
    if not runs:
        return "There are no questions."
    counts = {o: sum(s.outcome == o for s in runs) for o in ("correct", "wrong", "abstained", "failed")}
    lines = [f"{count(len(runs), 'question')} of {runs[0].turn.model}"]
    lines += [f"{outcome:10} {count:5} {100 * count / len(runs):6.1f} %" for outcome, count in counts.items()]
    repairs = sum(max(0, len([a for a in s.turn.attempts if a.error]) - (not s.turn.ok)) for s in runs)
    tokens = sum(s.turn.tokens.prompt + s.turn.tokens.completion for s in runs if s.turn.tokens)
    cost = sum(s.turn.cost or 0.0 for s in runs)
    seconds = sum(s.turn.seconds.get("total", 0.0) for s in runs)
    lines.append(f"{count(repairs, 'repair')}, {count(tokens, 'token')}, ${cost:.4f}, {seconds:.1f} s")
    return "\n".join(lines)


def _fits(item: Item, result: Any) -> bool:
    if isinstance(item.expect, Mapping):
        printed = dict(_LABELLED.findall(result.text)) if result.kind == "text" else {}
        return all(name in printed and _same(printed[name], value) for name, value in item.expect.items())
    if result.kind == "text":
        return not isinstance(item.expect, list) and _same(result.text.strip().strip("'\""), item.expect)
    if result.kind == "figure":
        rows = _drawn(result.json)
    elif result.kind == "table":
        rows = [list(row) for row in zip(*(c.to_pylist() for c in result.data.columns), strict=True)]
    else:
        return False
    if not isinstance(item.expect, list):
        return len(rows) == 1 and any(_same(value, item.expect) for value in rows[0])
    wanted = [row if isinstance(row, list) else [row] for row in item.expect]
    if len(rows) != len(wanted):
        return False
    if not item.ordered:
        rows, wanted = sorted(rows, key=_key), sorted(wanted, key=_key)
    return all(
        len(mine) == len(other) and all(_same(a, b) for a, b in zip(mine, other, strict=True))
        for mine, other in zip(rows, wanted, strict=True)
    )


def _drawn(figure: Mapping[str, Any]) -> list[list[Any]]:
    """The points of a figure with one trace, as rows."""
    import plotly.graph_objects as go

    traces = go.Figure(data=figure.get("data", [])).data
    if len(traces) != 1:
        return []
    trace = traces[0].to_plotly_json()
    pair = ("labels", "values") if trace.get("type") == "pie" else ("x", "y")
    across, up = (list(trace[name]) if trace.get(name) is not None else [] for name in pair)
    if trace.get("orientation") == "h":
        across, up = up, across
    return [list(point) for point in zip(across, up, strict=False)]


def _same(mine: Any, other: Any) -> bool:
    first, second = _plain(mine), _plain(other)
    if isinstance(first, float) and isinstance(second, float):
        return math.isclose(first, second, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(first == second)


def _plain(value: Any) -> Any:
    """Numbers as floats, also from text; moments without their empty time; the rest as text without capitals."""
    if value is None or isinstance(value, bool):
        return None if value is None else float(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat().removesuffix("T00:00:00")
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return re.sub(r"[T ]00:00:00(?:\.0+)?$", "", str(value)).strip().lower()


def _key(row: Sequence[Any]) -> tuple[str, ...]:
    return tuple(f"{v:.6g}" if isinstance(v := _plain(value), float) else str(v) for value in row)


def _own(path: Path) -> Iterator[Item]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            frames = {name: load_data(path.parent / file) for name, file in entry["data"].items()}
            yield Item(entry["question"], frames, entry["expect"], bool(entry.get("ordered")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                message("Line {place} of {file} is not a question.", place=str(number), file=path.name),
                message("It is JSON with question, data and expect."),
            ) from error


def _dabench(folder: Path) -> Iterator[Item]:
    lines = (folder / "da-dev-labels.jsonl").read_text(encoding="utf-8").splitlines()
    labels = {entry["id"]: dict(entry["common_answers"]) for entry in map(json.loads, lines)}
    for line in (folder / "da-dev-questions.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        text = f"{entry['question']}\n{entry['constraints']}\nPrint the answer exactly as: {entry['format']}"
        frame = pd.read_csv(folder / "da-dev-tables" / entry["file_name"])
        yield Item(text, {"df": frame}, labels[entry["id"]])


def _text_to_sql(path: Path) -> Iterator[Item]:
    for entry in json.loads(path.read_text(encoding="utf-8")):
        name = entry["db_id"]
        places = [path.parent / kind / name / f"{name}.sqlite" for kind in ("database", "dev_databases", "databases")]
        file = next((place for place in places if place.is_file()), None)
        if file is None:
            continue
        gold = entry.get("SQL") or entry["query"]
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            frames = {table: pd.read_sql_query(f'SELECT * FROM "{table}"', connection) for table in tables}  # noqa: S608
            rows = [list(row) for row in connection.execute(gold).fetchall()]
        named = {table: frame for table, frame in frames.items() if table.isidentifier()}
        yield Item(entry["question"], named, rows, ordered=" order by " in f" {gold.lower()} ")
