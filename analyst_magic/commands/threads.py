"""``thread``: separate conversations, each with its own model and language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..analyst import Analyst
from ..errors import UnknownOption
from ..wording import count
from .table import wrong_arguments


def thread(analyst: Analyst, action: str, words: Sequence[str], chosen: Mapping[str, Mapping[str, str]]) -> str:
    """List the conversations, continue or begin one, or forget one.

    Args:
        analyst: Whose conversations they are.
        action: ``list``, ``delete``, or the name of the conversation to continue.
        words: What follows it.
        chosen: The model and language that were named in each conversation, to be listed.

    Raises:
        UnknownOption: There is no conversation to delete, or the name cannot be used.
    """
    match action, list(words):
        case "list", []:
            return _listed(analyst, chosen)
        case "delete", [name]:
            analyst.drop_thread(name)
            return f"The conversation {name} is deleted."
        case "delete" | "list", _:
            raise wrong_arguments("thread", action)
    if not action.isidentifier() or words:
        name = " ".join([action, *words])
        raise UnknownOption(f"{name} cannot be a conversation's name.", "Use one word of letters and digits.")
    analyst.thread = action
    return _listed(analyst, chosen)


def _listed(analyst: Analyst, chosen: Mapping[str, Mapping[str, str]]) -> str:
    lines = []
    for name, questions in analyst.threads().items():
        mark = "*" if name == analyst.thread else " "
        options = ", ".join(chosen.get(name, {}).values())
        lines.append(f"{mark} {name}  {count(questions, 'question')}  {options}".rstrip())
    return "\n".join(lines)
