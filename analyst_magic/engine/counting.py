"""How many rows of the data stand behind each row of a table: counted apart, so that its figures may be told."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..checks.grouped import counted
from ..checks.grouped_pandas import as_sql
from ..checks.grouped_polars import as_sql as polars_as_sql
from ..context.aggregates import COUNTED_LEVELS, row_texts
from ..context.outcome import without_row_numbers
from ..sources.files import DataFile
from ..sources.frames import Frame
from ..turn import Code, Execution, Output, Turn
from ..turn.syntax import parse_python
from .job import Job

MAX_SECONDS = 10.0
"""Seconds that counting the rows behind an answer may take; its next question waits for it."""


async def with_counts(
    job: Job, code: Code, execution: Execution, frames: Sequence[Frame], data: Mapping[str, DataFile]
) -> Execution:
    """A run with the number of data rows behind each row of its table, where its code lets them be counted.

    Args:
        job: The question, in whose sandbox a fresh guest counts: no earlier code can forge what that says.
        code: What ran.
        execution: What it gave.
        frames, data: What it read.
    """
    table = await counted_table(job, code, frames, data, job.options.timeout or 0)
    return replace(execution, outputs=(table,)) if table is not None else execution


async def counted_answer(
    job: Job, turn: Turn, frames: Sequence[Frame], data: Mapping[str, DataFile]
) -> tuple[Output, ...]:
    """The one table of an answer with the rows behind it, where they can be counted; empty where they cannot.

    Args:
        job, turn: The question and its answer.
        frames, data: What its code reads, as it is now: where that is no longer what was shown, nothing is told.
    """
    last = turn.attempts[-1]
    (answer_table,) = (
        without_row_numbers(output) for output in (last.execution or Execution()).outputs if output.kind == "table"
    )
    table = await counted_table(job, without_answer(last.code), frames, data, MAX_SECONDS)
    if table is None or answer_table.data.num_columns != table.data.num_columns:
        return ()
    return (table,) if sorted(row_texts(table)) == sorted(row_texts(answer_table)) else ()


def may_be_counted(job: Job, turn: Turn) -> bool:
    """Whether a later question may be told figures of an answer that no step has counted."""
    if not (turn.ok and turn.kind == "result" and turn.attempts and job.question.code is None and job.model.remote):
        return False
    options, level = job.options, turn.privacy
    if options.frozen or not (options.max_steps and options.window) or level not in COUNTED_LEVELS:
        return False
    ran = [attempt.execution.outputs for attempt in turn.attempts if attempt.execution and attempt.error is None]
    tables = [output for output in (ran[-1] if ran else ()) if output.kind == "table"]
    return len(tables) == 1 and not any(output.behind for outputs in ran for output in outputs)


def without_answer(code: Code) -> Code:
    """Code without the sentence that it says: calls of ``answer`` at the top level of Python.

    Example:
        >>> without_answer(Code("total = 1\\nanswer(f'{total} in all')\\ntotal")).text
        'total = 1\\ntotal'
    """
    if code.language != "python":
        return code
    try:
        body = parse_python(code.text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code
    statements = [statement for statement in body if not _is_answer(statement)]
    return replace(code, text="\n".join(map(ast.unparse, statements))) if len(statements) < len(body) else code


def _is_answer(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "answer"


async def counted_table(
    job: Job, code: Code, frames: Sequence[Frame], data: Mapping[str, DataFile], seconds: float
) -> Output | None:
    """The table that code gives, computed apart, with the rows behind it; None where they cannot be counted.

    Args:
        job: The question, in whose sandbox a fresh guest counts.
        code: What gives the table.
        frames, data: What it reads.
        seconds: How long it may take.

    Rows of a query's result are no rows of the data: a model wrote the query, and it may have made five rows of one.
    """
    if any(frame.name in job.session.results for frame in frames):
        return None
    text = counted(_as_sql(code, frames))
    if text is None:
        return None
    apart = await job.session.sandbox.run_apart(Code(text, "sql"), frames, data=data, timeout=seconds)
    tables = [output for output in apart.outputs if output.kind == "table"]
    if apart.error is not None or len(tables) != 1 or tables[0].data.num_columns < 2:
        return None
    last = tables[0].data.num_columns - 1
    behind = tuple(number or 0 for number in tables[0].data.column(last).to_pylist())
    columns, labels = tables[0].data.remove_column(last), tables[0].labels[:last]
    return replace(tables[0], data=columns, labels=labels, origin=None, behind=behind)


def _as_sql(code: Code, frames: Sequence[Frame]) -> str:
    """The SQL of code, or SQL that asks the same as its pandas; empty where there is none."""
    if code.language == "sql":
        return code.text
    if code.language != "python":
        return ""
    columns = {
        kind: {
            frame.name: [
                name for name, label in zip(frame.table.column_names, frame.labels, strict=True) if name == label
            ]
            for frame in frames
            if frame.kind == kind and not frame.index
        }
        for kind in ("pandas", "polars")
    }
    return as_sql(code.text, columns["pandas"]) or polars_as_sql(code.text, columns["polars"]) or ""
