"""Explain, fix and document the user's own cells: a model proposes, and nothing is changed.

What is sent is the code of the cells, the descriptions of the frames that they name, and of an error as much as the
privacy level allows. What looks like a key or a password is taken out first.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from ..checks.python import names
from ..cleaning.text import clean
from ..context.failure import EXCEPTIONS, OTHER
from ..context.privacy import redact
from ..credentials import without_credentials
from ..errors import Abstained, InputError, UnreadableReply
from ..models.own_cells import read_fix, read_notes
from ..turn.context import Task
from ..turn.own_cells import CellEdit
from .job import Request
from .turns import Engine

MAX_CODE = 30_000
"""Characters of code that are sent."""


async def explain_cell(engine: Engine, request: Request, code: str) -> str:
    """What a cell does, in Markdown.

    Raises:
        Abstained: There is no model.
        InputError: The cell is empty or too long.
        ModelError: There is no usable answer.
    """
    text = await _asked(engine, request, "explain", code, f"The cell:\n\n{without_credentials(code)}")
    if not text.strip():
        raise UnreadableReply("The reply of the model is empty.", "Ask again, or with another model.")
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
    if without_credentials(code) != code:
        raise InputError(
            "The cell holds what looks like a key or a password, which is not sent to a model.",
            "Read it from an environment variable, then ask again.",
        )
    parts = [f"The cell:\n\n{code}"]
    if error is not None:
        parts.append(f"It ended in: {_error_text(error, code, request)}")
    fix = read_fix(await _asked(engine, request, "fix", code, "\n\n".join(parts)), code)
    if fix.changes and not is_python(fix.after):
        raise UnreadableReply("The model's cell is no Python.", "Ask again, or with another model.")
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
    parts = [
        f"Cell {number}{' (has a note already)' if number in noted else ''}:\n\n{without_credentials(code)}"
        for number, code in enumerate(cells, 1)
    ]
    text = await _asked(engine, request, "document", "\n".join(cells), "\n\n".join(parts))
    notes = read_notes(text, len(cells))
    return tuple(CellEdit("", note, place=number) for number, note in notes.items() if number not in noted)


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


async def _asked(engine: Engine, request: Request, task: Task, code: str, material: str) -> str:
    """The reply of the model about code, of which it is told the frames that the code names."""
    if not request.model.writes:
        raise Abstained(
            "Without a model no cell can be explained, fixed or documented.", "Configure one: `%analyst models`."
        )
    if not code.strip():
        raise InputError("The cell is empty.", "Name a cell with code.")
    if len(material) > MAX_CODE:
        raise InputError(f"The code has more than {MAX_CODE:,} characters.", "Ask about a part of it.")
    named = names(code, request.sources)
    sources = {name: source for name, source in request.sources.items() if name in named}
    context = await engine.context(replace(request, sources=sources))
    context = replace(context, task=task, progress=material, conversation=(), tools=(), notes=())
    return clean((await request.model.reply(context)).text)
