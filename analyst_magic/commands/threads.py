"""``thread``: separate conversations, each with its own model and language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..analyst import Analyst
from ..errors import UnknownOption
from ..language import message
from ..notebook.cell import ThreadState
from ..wording import count
from .table import wrong_arguments


def thread(analyst: Analyst, action: str, words: Sequence[str], threads: Mapping[str, ThreadState]) -> str:
    """List the conversations, continue or begin one, or forget one.

    Args:
        analyst: Whose conversations they are.
        action: ``list``, ``delete``, or the name of the conversation to continue.
        words: What follows it.
        threads: What was named in each conversation, to be listed.

    Raises:
        UnknownOption: There is no conversation to delete, or the name cannot be used.
    """
    match action, list(words):
        case "list", []:
            return _listed(analyst, threads)
        case "delete", [name]:
            analyst.drop_thread(name)
            return message("The conversation {name} is deleted.", name=name)
        case "delete" | "list", _:
            raise wrong_arguments("thread", action)
    if not action.isidentifier() or words:
        name = " ".join([action, *words])
        raise UnknownOption(
            message("{name} cannot be a conversation's name.", name=name),
            message("Use one word of letters and digits."),
        )
    analyst.thread = action
    return _listed(analyst, threads)


def _listed(analyst: Analyst, threads: Mapping[str, ThreadState]) -> str:
    lines = []
    for name, questions in analyst.threads().items():
        mark = "*" if name == analyst.thread else " "
        state = threads.get(name, ThreadState())
        options = ", ".join(filter(None, (state.model, state.language)))
        lines.append(f"{mark} {name}  {count(questions, 'question')}  {options}".rstrip())
    return "\n".join(lines)
