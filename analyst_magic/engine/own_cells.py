"""Explain, fix and document the user's own cells: a model proposes, and nothing is changed.

What is sent is the code of the cells, the descriptions of the frames that they name, and of an error as much as the
privacy level allows. What looks like a key or a password is taken out first.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import datetime as dt
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..checks.python import names
from ..cleaning.text import clean
from ..context.failure import EXCEPTIONS, OTHER
from ..context.privacy import redact
from ..credentials import without_credentials
from ..errors import Abstained, HistoryError, InputError, UnreadableReply
from ..history.store import History, HistoryEntry
from ..language import message
from ..models.own_cells import read_fix, read_notes
from ..turn.context import Context, Task
from ..turn.own_cells import CellEdit
from ..turn.reply import Reply
from .job import Request
from .record import NOTEBOOK
from .turns import Engine

MAX_CODE = 30_000
"""Characters of code that are sent."""


THREAD = "cells"
"""The conversation of the history that holds what was asked about cells."""
_ASKED = {"explain": "Explain this cell", "fix": "Fix this cell", "document": "Document these cells"}


@dataclass(frozen=True, slots=True)
class CellTask:
    """What is asked about cells.

    Attributes:
        task: ``explain``, ``fix`` or ``document``.
        cells: The code of the cells, in their order; of the first two tasks, one.
        error: The class and the text of the error that the cell ended in; None where it ended in none.
        noted: The numbers of the cells that have a note already, counted from 1.
    """

    task: Task
    cells: tuple[str, ...]
    error: tuple[str, str] | None = None
    noted: frozenset[int] = frozenset()

    @property
    def code(self) -> str:
        """The code of all cells."""
        return "\n".join(self.cells)


async def cell_context(engine: Engine, request: Request, asked: CellTask) -> Context:
    """What a model is told of a task about cells: their code, and the frames that they name.

    Raises:
        InputError: The cells are empty or too long, or one that is to be fixed holds a key or a password.
    """
    material = _material(asked, request)
    if not asked.code.strip():
        raise InputError(message("The cell is empty."), message("Name a cell with code."))
    if len(material) > MAX_CODE:
        raise InputError(
            message("The code has more than {max_code:,} characters.", max_code=MAX_CODE),
            message("Ask about a part of it."),
        )
    named = names(asked.code, request.sources)
    sources = {name: source for name, source in request.sources.items() if name in named}
    context = await engine.context(replace(request, sources=sources))
    return replace(context, task=asked.task, progress=material, conversation=(), tools=(), notes=())


async def explain_cell(engine: Engine, request: Request, code: str) -> str:
    """What a cell does, in Markdown.

    Raises:
        Abstained: There is no model.
        InputError: The cell is empty or too long.
        ModelError: There is no usable answer.
    """
    text = await _asked(engine, request, CellTask("explain", (code,)))
    if not text.strip():
        raise UnreadableReply(message("The reply of the model is empty."), message("Ask again, or with another model."))
    return text.strip()


async def fix_cell(engine: Engine, request: Request, code: str, error: tuple[str, str] | None = None) -> CellEdit:
    """A corrected cell that waits for the user's word.

    Args:
        engine, request: Who is asked, and with which data.
        code: The cell.
        error: The class and the text of the error that it ended in; None where it ended in none.

    Raises:
        Abstained: There is no model.
        InputError: The cell is empty or too long, or holds a key or a password.
        ModelError: There is no usable answer, or its code is no Python.
    """
    fix = read_fix(await _asked(engine, request, CellTask("fix", (code,), error)), code)
    if fix.changes and not is_python(fix.after):
        raise UnreadableReply(message("The model's cell is no Python."), message("Ask again, or with another model."))
    return fix


async def document_cells(
    engine: Engine, request: Request, cells: Sequence[str], noted: frozenset[int] = frozenset()
) -> tuple[CellEdit, ...]:
    """Notes that are to stand above cells; each waits for the user's word.

    Args:
        engine, request: Who is asked, and with which data.
        cells: The cells of code, in their order.
        noted: The numbers of those that have a note already, counted from 1.

    Raises:
        Abstained: There is no model.
        InputError: The cells are empty or too long.
        ModelError: There is no usable answer.
    """
    text = await _asked(engine, request, CellTask("document", tuple(cells), noted=noted))
    notes = read_notes(text, len(cells))
    return tuple(CellEdit("", note, place=number) for number, note in notes.items() if number not in noted)


def _material(asked: CellTask, request: Request) -> str:
    """The cells, and the error, as a model is told of them."""
    if asked.task == "document":
        return "\n\n".join(
            f"Cell {number}{' (has a note already)' if number in asked.noted else ''}:\n\n{without_credentials(code)}"
            for number, code in enumerate(asked.cells, 1)
        )
    if asked.task == "fix" and without_credentials(asked.code) != asked.code:
        raise InputError(
            message("The cell holds what looks like a key or a password, which is not sent to a model."),
            message("Read it from an environment variable, then ask again."),
        )
    error = f"\n\nIt ended in: {_error_text(asked.error, asked.code, request)}" if asked.error is not None else ""
    return f"The cell:\n\n{without_credentials(asked.code)}{error}"


def is_python(code: str) -> bool:
    """Whether a cell can be read, with the magics and shell lines that a notebook has."""
    from IPython.core.inputtransformer2 import TransformerManager  # loaded by notebooks alone

    try:
        ast.parse(TransformerManager().transform_cell(code))
    except (SyntaxError, ValueError):
        return False
    return True


def _error_text(error: tuple[str, str], code: str, request: Request) -> str:
    """An error as far as the privacy level lets it be told."""
    name, text = error
    level, hidden = request.options.privacy, request.options.hidden
    known = name if name in EXCEPTIONS or level == "rows" else OTHER
    return f"{known}: {redact(without_credentials(text), (code, *request.sources), level, hidden)}"


async def _asked(engine: Engine, request: Request, asked: CellTask) -> str:
    """The reply of the model, which the history keeps."""
    if not request.model.writes:
        raise Abstained(
            message("Without a model no cell can be explained, fixed or documented."),
            message("Configure one: `%analyst models`."),
        )
    context = await cell_context(engine, request, asked)
    reply = await request.model.reply(context)
    if request.options.history is not None:
        await asyncio.to_thread(_keep, request.options.history, context, asked, reply)
    return clean(reply.text)


def _keep(history: History, context: Context, asked: CellTask, reply: Reply) -> None:
    """Put what was asked and replied into the history; a history that cannot be written holds nobody up."""
    first = next((line.strip() for line in asked.code.splitlines() if line.strip()), "")
    entry = HistoryEntry(
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        folder=os.getcwd(),
        thread=THREAD,
        question=f"{_ASKED[asked.task]}: {without_credentials(first)[:120]}",
        model=reply.model,
        privacy=context.privacy,
        ok=True,
        code="",
        language="python",
        text=clean(reply.text),
        rest={
            "task": asked.task,
            "cells": [without_credentials(cell) for cell in asked.cells],
            "tokens": [reply.tokens.prompt, reply.tokens.completion] if reply.tokens else None,
            "cost": reply.cost,
            "notebook": os.environ.get(NOTEBOOK, ""),
        },
    )
    with contextlib.suppress(HistoryError, OSError, sqlite3.Error):  # the next turn says that it cannot be written
        history.add(entry)
