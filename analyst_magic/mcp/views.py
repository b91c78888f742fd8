"""An answer as an agent gets it: previews of its results, and the PNG of each figure where its level allows that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ..engine.agents import AgentTurn
from ..errors import AnalystError
from ..report.elements import Plot, elements
from ..report.figures import figure_html
from ..report.pictures import Pictures
from ..results.figure import MIME, Figure, alternative_text
from ..results.table import Table
from .schemas import Answer, DocumentView, FigureView, Problem, TableView

MAX_ROWS = 50
"""Rows of a table that an agent is given; the whole stays with the user, and in the sandbox."""
MAX_COLUMNS = 50
MAX_PICTURES = 4
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
        words=done.words,
        code=done.code,
        language=turn.language,
        tables=[table_view(f"{name}.table{n}", table, rows=rows) for n, table in enumerate(turn.tables, 1)],
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


def table_view(name: str, table: Table, *, rows: bool) -> TableView:
    """A table: below the level ``rows`` its name alone, as even a count of its rows is what its code makes it."""
    if not rows:
        return TableView(name=name, total_rows=None)
    whole = table.to_json()
    columns = [str(label) for label in whole["columns"][:MAX_COLUMNS]]
    return TableView(
        name=name,
        columns=columns,
        rows=[row[:MAX_COLUMNS] for row in whole["rows"][:MAX_ROWS]],
        total_rows=max(table.rows, whole["total"]),
    )


def figure_view(name: str, figure: Figure, *, rows: bool) -> FigureView:
    """A figure: below the level ``rows`` its name alone, as its titles and points are values of the data."""
    if not rows:
        return FigureView(name=name, note="Its picture is for the user: this privacy level tells no values.")
    shown = figure.shown_json
    traces = [trace for trace in shown.get("data") or [] if isinstance(trace, Mapping)]
    return FigureView(name=name, description=alternative_text(shown), series=[_series(trace) for trace in traces[:30]])


def pictures_of(figures: Sequence[Figure]) -> tuple[list[bytes | None], str]:
    """The PNG of each figure, and why some have none. It takes a second or more: a browser draws them.

    Args:
        figures: The figures; of many, the first ones are drawn.
    """
    plots = [_plot(figure) for figure in figures[:MAX_PICTURES]]
    try:
        pictures = Pictures([plot for plot in plots if plot is not None])
    except AnalystError as error:
        return [None] * len(figures), error.message
    drawn = [pictures.of(plot) if plot is not None else None for plot in plots]
    made = [picture.data if picture is not None else None for picture in drawn]
    left = f"the first {MAX_PICTURES} figures alone are drawn" if len(figures) > MAX_PICTURES else ""
    return [*made, *[None] * (len(figures) - len(made))], pictures.missing or left


def _plot(figure: Figure) -> Plot | None:
    """A figure as a report has it; None where a report leaves it out."""
    found = elements(figure_html(figure.to_bundle()[MIME], Markup()))
    return next((element for element in found if isinstance(element, Plot)), None)


def _series(trace: Mapping[str, Any]) -> dict[str, Any]:
    points = next((trace[name] for name in ("y", "x", "values", "z") if trace.get(name) is not None), ())
    size = len(points) if isinstance(points, list | tuple) else None
    return {"type": str(trace.get("type") or "scatter"), "name": str(trace.get("name") or ""), "points": size}


def _problem(done: AgentTurn) -> Problem | None:
    error = done.turn.error
    if error is None:
        return None
    return Problem(kind=error.kind, message=done.summary or error.kind, next_step=done.next_step)
