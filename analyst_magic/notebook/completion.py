"""Completion in cells of the magic: frames and columns after ``@``, options, and commands."""

from __future__ import annotations

import contextlib
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult

from ..commands import table
from ..errors import AnalystError
from ..sources.files import open_registered
from ..sources.kinds import sources_in
from ..sources.mentions import completions
from .options import option_completions


def complete(shell: Any, context: CompletionContext) -> SimpleMatcherResult:
    """Completes ``@name`` and ``@name.column``, the options of ``%%analyst`` and the commands of ``%analyst``."""
    line = context.line_with_cursor[: context.cursor_position]
    if line.lstrip().startswith("%analyst "):
        return _result(*_commands(line), "command")
    if not context.full_text.lstrip().startswith("%%analyst"):
        return {"completions": []}
    above = "\n".join(context.full_text.split("\n")[: context.cursor_line])
    known = {**_registered(), **sources_in(shell.user_ns)}
    letters, names = completions(f"{above}\n{line}" if above else line, known)
    if context.cursor_line == 0 and not names:
        letters, names = option_completions(line)
    return _result(letters, names, "frame")


def _result(letters: str, names: list[str], kind: str) -> SimpleMatcherResult:
    matches = [SimpleCompletion(text=name, type=kind) for name in names]
    return {"completions": matches, "matched_fragment": letters, "suppress": bool(matches)}


def _commands(line: str) -> tuple[str, list[str]]:
    """The letters of the word at the cursor, and the commands or actions that begin with them."""
    before, _, letters = line.lstrip().rpartition(" ")
    return letters, table.complete(before.split()[1:], letters, "notebook")


def _registered() -> dict[str, object]:
    """The registered data files; one that cannot be read is reported when a question is asked."""
    with contextlib.suppress(AnalystError):
        return open_registered({})[0]
    return {}
