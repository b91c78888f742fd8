"""How often the offline planner answers an analyst's questions right, wrong, with a question back, or not at all.

    python benchmarks/questions.py [--file benchmarks/questions/second.txt] [--show wrong]

The questions stand beside this file in sets: ``first.txt`` was written before the grammar that reads them,
``second.txt`` to ``fifth.txt`` after it; ``lookups.txt`` is about small tables in the style of an encyclopedia;
``seventh.txt`` to ``nineteenth.txt`` are about frames of their own (``unseen_frames.py``, ``workplace_frames.py``,
``field_frames.py``, ``service_frames.py``, ``society_frames.py``, ``daily_frames.py``, ``town_frames.py``), and were
written before they were tried. What is right or wrong of a set counts as unseen at its first run alone: 58.9% right
and 4.0% wrong of ``fourteenth.txt``, 82.9% and 2.7% of ``fifteenth.txt``, which came after the kinds of the other had
been mended, and 36.6% and 1.2% of ``sixteenth.txt``, which asks what the others had left out: late and overdue rows,
limits, times of day, rates of deeds. 70.0% and 4.0% of ``seventeenth.txt`` were right and wrong at its first run, of
which 41.0% were refusals that its answers allow. Of ``eighteenth.txt``, which is shorter and more in people's own
words, 24.4% were answered right at its first run, 1.6% wrong, and 44.7% refused as its answers allow; of
``nineteenth.txt``, after the kinds of the other had been mended, 23.3%, 3.3% and 66.7%.
Each has its right answers as SQL, or as values behind ``=``; ``abstain`` marks a question that the frames cannot
answer, or that could mean several things. An answer is right where some of its columns hold the rows of a right
answer (in its order, where that answer has one and the question speaks of an order), and where the chart is of the
kind asked for.
"""

from __future__ import annotations

import argparse
import calendar
import itertools
import math
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from daily_frames import daily_frames
from field_frames import field_frames
from question_frames import TODAY, frames
from question_tables import tables
from service_frames import service_frames
from society_frames import society_frames
from town_frames import town_frames
from unseen_frames import unseen_frames
from workplace_frames import workplace_frames

from analyst_magic.errors import Abstained, AnalystError
from analyst_magic.planner.listed import LISTED_ROWS
from analyst_magic.planner.plan.schema import QueryPlan
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan, questions_back
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import FrameCard, Question

FOLDER = Path(__file__).parent / "questions"
NAMES = {name: place for names in (calendar.month_name, calendar.day_name) for place, name in enumerate(names) if name}
DISTRIBUTIONS = {"histogram", "box", "violin", "scatter"}

Row = tuple[Any, ...]


@dataclass
class Asked:
    """A question, the frames in scope, and what is right."""

    text: str
    scope: tuple[str, ...]
    answers: list[str] = field(default_factory=list)
    chart: str | None = None


def read(path: Path) -> Iterator[Asked]:
    """The questions of a file; see its first lines for the format."""
    scope: tuple[str, ...] = ()
    asked: Asked | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        mark, _, rest = line.partition(" ")
        if mark in {"@", "?"} and asked is not None:
            yield asked
            asked = None
        if mark == "@":
            scope = tuple(rest.split())
        elif mark == "?":
            asked = Asked(rest, scope)
        elif mark == "chart" and asked is not None:
            asked.chart = rest
        elif asked is not None and line and not line.startswith("#"):
            asked.answers.append(line.removeprefix("or "))
    if asked is not None:
        yield asked


class Data:
    """The frames as cards and as tables of one DuckDB connection."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.cards: dict[str, FrameCard] = {}
        made = (
            frames()
            | tables()
            | unseen_frames()
            | workplace_frames()
            | field_frames()
            | service_frames()
            | society_frames()
            | daily_frames()
            | town_frames()
        )
        for name, frame in made.items():
            taken = to_frame(name, frame)
            self.connection.register(name, taken.table)
            self.cards[name] = profile(taken)

    def rows(self, answer: str) -> list[Row]:
        """The rows of a statement, or of values that are written out."""
        if answer.startswith("= "):
            return [(canonical(value.strip()),) for value in answer[2:].split(" | ")]
        return [tuple(map(canonical, row)) for row in self.connection.sql(answer).fetchall()]


def canonical(value: Any) -> Any:
    """A value as it is compared: numbers to nine digits, days without midnight, names of days as their number."""
    if isinstance(value, str) and value in NAMES:
        value = NAMES[value]
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return value
    try:
        return float(f"{float(value):.9g}")
    except (TypeError, ValueError):
        return str(value)


def holds(answer: Sequence[Row], wanted: Sequence[Row], in_order: bool) -> bool:
    """Whether some columns of an answer are those of a right one."""
    if len(answer) == LISTED_ROWS < len(wanted):
        return set(answer) <= set(wanted)
    if len(answer) != len(wanted):
        return False
    if not wanted:
        return True
    columns, needed = list(zip(*answer, strict=True)), list(zip(*wanted, strict=True))
    same = [[i for i, have in enumerate(columns) if Counter(have) == Counter(need)] for need in needed]
    for places in itertools.product(*same):
        picked = [tuple(row[i] for i in places) for row in answer]
        if picked == list(wanted) if in_order else Counter(picked) == Counter(wanted):
            return True
    return False


def outcome(asked: Asked, data: Data) -> tuple[str, str]:
    """``right``, ``wrong``, ``asked back`` or ``abstained``, and the SQL or the reason."""
    cards = tuple(data.cards[name] for name in asked.scope)
    try:
        plan, card = choose_plan(Question(asked.text), cards, TODAY.isoformat())
        sql = to_sql(plan, card)
    except Abstained as error:
        reason, offered = questions_back(
            error, Question(asked.text), cards, partial(choose_plan, today=TODAY.isoformat())
        )
        told = " | ".join([reason.message, *offered])
        return ("right" if "abstain" in asked.answers else "asked back" if offered else "abstained"), told
    except AnalystError as error:
        return ("right" if "abstain" in asked.answers else "abstained"), error.message
    told = " ".join(sql.split())
    if asked.chart is not None and chart(plan) != asked.chart:
        return "wrong", f"{chart(plan)} chart of {told}"
    if asked.chart in DISTRIBUTIONS:
        columns = set(re.findall(r"\w+", asked.answers[0].partition("FROM")[0])) - {"SELECT"}
        return ("right" if columns == set(plan.columns) else "wrong"), told
    rows = data.rows(sql)
    ordered = bool(re.search(r"\b(sort\w*|first|top|bottom|rank\w*|ordered|in order)\b", asked.text, re.I))
    for answer in asked.answers:
        if answer != "abstain" and holds(
            rows, data.rows(answer), ordered and re.search(r"ORDER BY [^()]*$", answer) is not None
        ):
            return "right", told
    return "wrong", told


def chart(plan: QueryPlan) -> str | None:
    return plan.chart


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--file", type=Path, action="append")
    parser.add_argument("--show", choices=("right", "wrong", "asked back", "abstained"), action="append", default=[])
    options = parser.parse_args()
    data = Data()
    for path in options.file or sorted(FOLDER.glob("*.txt")):
        counts: Counter[str] = Counter()
        times = []
        for asked in read(path):
            started = time.perf_counter()
            found, told = outcome(asked, data)
            times.append(time.perf_counter() - started)
            counts[found] += 1
            if found in options.show:
                print(f"{found}: {asked.text}\n    {told}")
        print(f"{path.name}: {counts.total()} questions, median {1000 * sorted(times)[len(times) // 2]:.0f} ms")
        for found in ("right", "wrong", "asked back", "abstained"):
            print(f"  {found:10} {counts[found]:4}  {100 * counts[found] / max(counts.total(), 1):5.1f}%")


if __name__ == "__main__":
    main()
