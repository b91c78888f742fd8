"""``%analyst explain | fix | document``: what is done with the user's own cells."""

from __future__ import annotations

from collections.abc import Iterable

from IPython.display import display

from ..display import own_cells
from ..turn.context import Task
from .session import NotebookSession

Output = str | Iterable[str]


def explain(session: NotebookSession, words: list[str]) -> Output:
    """Explain a cell: ``%analyst explain``, ``%analyst explain 12``."""
    if own_cells.DRY_RUN in words:
        return _dry_run(session, "explain", words)
    cell = own_cells.find_cell(words, session.ran)
    display(own_cells.explained(session.analyst.explain(cell.code, session.scope())), raw=True)
    return ()


def fix(session: NotebookSession, words: list[str]) -> Output:
    """Propose a corrected cell; an accepted one stands below."""
    if own_cells.DRY_RUN in words:
        return _dry_run(session, "fix", words)
    cell = own_cells.find_cell(words, session.ran)
    return own_cells.fix(session.analyst, cell, session.scope(), own_cells.ask_accept, session.put_below)


def document(session: NotebookSession, words: list[str]) -> Output:
    """Propose notes above the cells of a notebook file."""
    if own_cells.DRY_RUN in words:
        return _dry_run(session, "document", words)
    return own_cells.document(session.analyst, words, session.scope(), own_cells.ask_accept)


def _dry_run(session: NotebookSession, task: Task, words: list[str]) -> Output:
    return own_cells.dry_run(session.analyst, task, words, session.scope(), session.ran)
