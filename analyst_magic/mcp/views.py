"""An answer as an agent gets it: previews of its results, and the PNG of each figure where its level allows that."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..drawing.figures import plot_of
from ..drawing.pictures import Pictures
from ..engine.agents import AgentTurn
from ..errors import AnalystError
from ..results.figure import MIME, Figure, alternative_text
from ..results.table import Table
from .schemas import Answer, Cell, DocumentView, FigureView, Problem, Series, TableView

MAX_ROWS = 50
"""Rows of a table that an agent is given; the whole stays with the user, and in the sandbox."""
MAX_COLUMNS = 50
MAX_PICTURES = 4
MAX_CELL = 1_000
MAX_PREVIEW = 200_000
"""Characters of a value, and of all tables of an answer together."""
MAX_WORDS = 10_000
STEP = "an sql-step", "SQL by run_sql"
"""What the models' own protocol calls SQL whose result is wanted, and what it is called here."""


def answer_view(name: str, done: AgentTurn) -> Answer:
    """An answer within the privacy level of its turn.

    Args:
        name: The answer's name.
        done: The turn.
    """
    turn = done.turn
    rows = turn.privacy == "rows"
    return Answer(
        ok=turn.ok,
        name=name,
        summary="" if turn.error is not None else done.summary.replace(*STEP),
        words=_cut(done.words, MAX_WORDS),
        code=done.code,
        language=turn.language,
        tables=[
            table_view(f"{name}.table{n}", table, rows=rows, most=MAX_PREVIEW // len(turn.tables))
            for n, table in enumerate(turn.tables, 1)
        ],
        figures=[figure_view(f"{name}.figure{n}", figure, rows=rows) for n, figure in enumerate(turn.figures, 1)],
        documents=[
            DocumentView(
                # The store made a document's name of the question; any other file has the name that its code chose.
                name=document.name if rows or turn.language == "document" else f"{name}.document{n}",
                format=document.format if rows or turn.language == "document" else "",
                resource=f"analyst://documents/{name}/{n}" if rows else "",
            )
            for n, document in enumerate(turn.documents, 1)
        ],
        resource=f"analyst://answers/{name}",
        privacy=turn.privacy,
        error=_problem(done),
    )


def table_view(name: str, table: Table, *, rows: bool, most: int = MAX_PREVIEW) -> TableView:
    """A table: below the level ``rows`` its name alone, as even a count of its rows is what its code makes it.

    Args:
        name: The table's name.
        table: The table.
        rows: Whether the privacy level tells rows.
        most: How many characters its rows may have.
    """
    if not rows:
        return TableView(name=name, total_rows=None)
    whole = table.to_json()
    return TableView(
        name=name,
        columns=[_cut(str(label), MAX_CELL) for label in whole["columns"][:MAX_COLUMNS]],
        more_columns=max(0, len(whole["columns"]) - MAX_COLUMNS),
        rows=_fitting(whole["rows"][:MAX_ROWS], most),
        total_rows=max(table.rows, whole["total"]),
    )


def _fitting(rows: Sequence[Sequence[Any]], most: int) -> list[list[Cell]]:
    """The first rows that have so many characters together, their long values cut."""
    fitting: list[list[Cell]] = []
    for row in rows:
        cells = [_cell(value) for value in row[:MAX_COLUMNS]]
        most -= sum(len(str(cell)) + 2 for cell in cells)
        if most < 0 and fitting:
            break
        fitting.append(cells)
    return fitting


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, int | float):
        return value
    return _cut(value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False), MAX_CELL)


def _cut(text: str, most: int) -> str:
    """A text, cut where it is too long, with its whole length.

    >>> _cut("abcdef", 3), _cut("abc", 3)
    ('abc… (6 characters)', 'abc')
    """
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def figure_view(name: str, figure: Figure, *, rows: bool) -> FigureView:
    """A figure: below the level ``rows`` its name alone, as its titles and points are values of the data."""
    if not rows:
        return FigureView(name=name, note="Its picture is for the user: this privacy level tells no values.")
    shown = figure.shown_json
    traces = [trace for trace in shown.get("data") or [] if isinstance(trace, Mapping)]
    return FigureView(
        name=name, description=_cut(alternative_text(shown), MAX_CELL), series=[_series(trace) for trace in traces[:30]]
    )


def pictures_of(figures: Sequence[Figure]) -> tuple[list[bytes | None], str]:
    """The PNG of each figure, and why some have none. It takes a second or more: a browser draws them.

    Args:
        figures: The figures; of many, the first ones are drawn.
    """
    plots = [plot_of(figure.to_bundle()[MIME]) for figure in figures[:MAX_PICTURES]]
    try:
        pictures = Pictures([plot for plot in plots if plot is not None])
    except AnalystError as error:
        return [None] * len(figures), error.message
    drawn = [pictures.of(plot) if plot is not None else None for plot in plots]
    made = [picture.data if picture is not None else None for picture in drawn]
    left = f"the first {MAX_PICTURES} figures alone are drawn" if len(figures) > MAX_PICTURES else ""
    return [*made, *[None] * (len(figures) - len(made))], pictures.missing or left


def _series(trace: Mapping[str, Any]) -> Series:
    points = next((trace[name] for name in ("y", "x", "values", "z") if trace.get(name) is not None), ())
    size = len(points) if isinstance(points, list | tuple) else None
    kind, name = str(trace.get("type") or "scatter"), str(trace.get("name") or "")
    return Series(type=_cut(kind, MAX_CELL), name=_cut(name, MAX_CELL), points=size)


def _problem(done: AgentTurn) -> Problem | None:
    error = done.turn.error
    if error is None:
        return None
    return Problem(kind=error.kind, message=done.summary or error.kind, next_step=done.next_step)
