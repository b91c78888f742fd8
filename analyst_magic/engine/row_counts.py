"""The rows behind an answer: what is counted with a run, and what that says in the end."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import AnalystError
from ..evidence.arrow_counting import arrow_counts
from ..evidence.figures_in_python import mixed_units, repeated
from ..evidence.odd_results import odd_results
from ..evidence.row_counting import Counting, countings, steps_of
from ..evidence.row_notes import row_notes
from ..evidence.selects import TableFacts
from ..sandbox.request import CountRequest
from ..sources.connections.tables import ConnectedTable
from ..sources.frames import Frame
from ..sources.kinds import source_of
from ..turn import Attempt, Code, Execution, RowStep, UsedFrame
from ..turn.row_steps import Counts
from ..turn.syntax import all_nodes, parse_python
from .job import Job
from .used import frames_in

MAX_LOOKED_AT = 10_000
"""Values of a column of units that are looked at before all of them are."""
_ASKS_DUCKDB = frozenset({"sql", "query", "execute"})


def counted_with(code: Code, frames: Iterable[Frame], sources: Mapping[str, object]) -> tuple[Counting, ...]:
    """What is to be counted with a run of code.

    Args:
        code: The code.
        frames: The frames that it gets.
        sources: The data files that it gets, by name.
    """
    texts = [code.text] if code.language == "sql" else list(_sql_in(code.text))
    if not texts:
        return ()
    tables = {frame.name: _facts(frame) for frame in frames}
    tables |= {name: TableFacts(tuple(columns)) for name, columns in _columns(sources).items()}
    return tuple(counting for text in texts[:2] for counting in countings(text, tables))


@dataclass(frozen=True, slots=True)
class PlannedCounts:
    """What is counted with a run, and by whom.

    Attributes:
        asked: All of it.
        here: What counts a part outside of the sandbox; None for what the sandbox counts.
    """

    asked: tuple[Counting, ...] = ()
    here: tuple[Callable[[], Counts] | None, ...] = ()

    @property
    def requests(self) -> list[CountRequest]:
        """What the sandbox is asked for."""
        left = (one for one, here in zip(self.asked, self.here, strict=True) if here is None)
        return [{"sql": one.sql, "detail": one.detail, "below": one.below} for one in left]

    def counted_here(self) -> list[Counts | None]:
        """What is counted outside of the sandbox. Called in a thread while the code runs."""
        return [count() if count is not None else None for count in self.here]


def planned_counts(asked: Sequence[Counting], frames: Iterable[Frame]) -> PlannedCounts:
    """The countings, those that Arrow can do by itself apart."""
    tables = {frame.name: frame.table for frame in frames}
    return PlannedCounts(tuple(asked), tuple(arrow_counts(one, tables) for one in asked))


def _facts(frame: Frame) -> TableFacts:
    """What a frame tells of itself: Arrow knows its missing values."""
    columns = frame.table.column_names
    nulls = {name: column.null_count for name, column in zip(columns, frame.table.columns, strict=True)}
    return TableFacts(tuple(columns), frame.table.num_rows, nulls, lambda name: _varies(frame.table.column(name)))


def _varies(column: pa.ChunkedArray) -> bool:
    """Whether a column has more than one value."""
    if len(column) < 2:
        return False
    first = column[0]
    some = pc.all(pc.equal(column.slice(0, MAX_LOOKED_AT), first)).as_py()
    return not (some and pc.all(pc.equal(column, first)).as_py())


def with_row_steps(execution: Execution, plan: PlannedCounts, here: Sequence[Counts | None]) -> Execution:
    """A run with what its counts say, before what its code reported itself.

    Args:
        execution: The run, with what the sandbox counted.
        plan: What was to be counted.
        here: What was counted outside of the sandbox.
    """
    others = iter(execution.counts)
    rows = [row if count is not None else next(others, None) for count, row in zip(plan.here, here, strict=True)]
    pairs = zip(plan.asked, rows, strict=True)
    counted = [step for counting, row in pairs if row is not None for step in _read(counting, *row)]
    return replace(execution, row_steps=(*counted, *execution.row_steps)) if counted else execution


def _read(counting: Counting, row: Sequence[int], detail: Sequence[int] | None) -> tuple[RowStep, ...]:
    """The steps of counts; none where the sandbox gave another number of them."""
    try:
        return steps_of(counting, row, detail)
    except StopIteration:
        return ()


def row_evidence(job: Job, last: Attempt, used: Sequence[UsedFrame]) -> tuple[tuple[RowStep, ...], tuple[str, ...]]:
    """What became of the rows of an answer, and notes on it.

    Args:
        job: The question.
        last: The attempt that answered it.
        used: The frames that the code of all steps names.
    """
    execution = last.execution
    if execution is None or last.error is not None:
        return (), ()
    steps = execution.row_steps
    if last.code.language != "sql":
        columns = _columns({name: job.sources[name] for name in frames_in(last.code, job.sources, used)})
        steps = (*steps, *repeated(last.code.text, steps, columns))
        steps = (*steps, *mixed_units(last.code.text, columns, lambda frame, column: _distinct(job, frame, column)))
    doubt = (last.doubt,) if last.doubt else ()
    return steps, (
        *row_notes(steps, job.question.text, (*execution.notes, *doubt, *(one.message for one in last.findings))),
        *odd_results(last.code, execution.outputs),
    )


def _sql_in(text: str) -> Iterable[str]:
    """The statements that Python asks DuckDB for."""
    if not re.search(r"\bduckdb\b", text):
        return
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in all_nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ASKS_DUCKDB:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _columns(sources: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """The names of the columns of sources; a source that cannot be read has none."""
    found = {}
    for name, value in sources.items():
        if isinstance(value, ConnectedTable):
            continue
        try:
            found[name] = tuple(map(str, source_of(name, value).labels))
        except AnalystError:
            continue
    return found


def _distinct(job: Job, frame: str, column: str) -> int:
    """How many different values a column has."""
    try:
        card = job.session.card(frame, job.sources[frame])
    except AnalystError:
        return 0
    return next((known.distinct or 0 for known in card.columns if known.name == column), 0)
