"""Completion in cells of the magic: frames and columns after ``@``, options, and commands."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult

from ..commands import table
from ..errors import AnalystError
from ..filetypes import DATA_FORMATS
from ..models.providers import providers
from ..sources.files import frame_name, open_registered
from ..sources.kinds import sources_in
from ..sources.mentions import completions, kind_begun
from .options import option_at, option_completions


def complete(shell: Any, context: CompletionContext) -> SimpleMatcherResult:
    """Completes ``@name`` and ``@name.column``, the options of ``%%analyst`` and the commands of ``%analyst``.

    Each completion is labelled by what it is; where any is found, those of Python are not offered beside it.
    """
    line = context.line_with_cursor[: context.cursor_position]
    if line.lstrip().startswith("%analyst "):
        letters, names = _commands(line)
        return _result(letters, names, "command" if line.lstrip().count(" ") == 1 else "action")
    if not context.full_text.lstrip().startswith("%%analyst"):
        return {"completions": []}
    above = "\n".join(context.full_text.split("\n")[: context.cursor_line])
    known = {**_registered(), **sources_in(shell.user_ns)}
    question = f"{above}\n{line}" if above else line
    letters, names = completions(question, known)
    if names:
        return _result(letters, names, kind_begun(question, known))
    if context.cursor_line == 0:
        return _on_first_line(line, list(known))
    return {"completions": []}


def _on_first_line(line: str, frames: list[str]) -> SimpleMatcherResult:
    """Options, and what may follow one: frames and data files, models, forms."""
    option, letters = option_at(line)
    if option in {"-f", "--frame"}:
        files = [f"{frame_name(path.name)}={path.name}" for path in _data_files()]
        found = [*_typed(frames, "frame", letters), *_typed(files, "file", letters)]
    elif option in {"-m", "--model"}:
        found = _typed(["offline", *(provider.example for provider in providers())], "model", letters)
    else:
        letters, names = option_completions(line)
        found = _typed(names, "option" if letters.startswith("-") else "value", letters)
    return {"completions": found, "matched_fragment": letters, "suppress": bool(found)}


def _data_files() -> list[Path]:
    """The data files beside the notebook."""
    with contextlib.suppress(OSError):
        return sorted(path for path in Path.cwd().iterdir() if path.suffix.lower() in DATA_FORMATS)[:50]
    return []


def _typed(names: list[str], kind: str, letters: str) -> list[SimpleCompletion]:
    return [SimpleCompletion(text=name, type=kind) for name in dict.fromkeys(names) if name.startswith(letters)]


def _result(letters: str, names: list[str], kind: str) -> SimpleMatcherResult:
    found = _typed(names, kind, "")
    return {"completions": found, "matched_fragment": letters, "suppress": bool(found)}


def _commands(line: str) -> tuple[str, list[str]]:
    """The letters of the word at the cursor, and the commands or actions that begin with them."""
    before, _, letters = line.lstrip().rpartition(" ")
    return letters, table.complete(before.split()[1:], letters, "notebook")


def _registered() -> dict[str, object]:
    """The registered data files; one that cannot be read is reported when a question is asked."""
    with contextlib.suppress(AnalystError):
        return open_registered({})[0]
    return {}
