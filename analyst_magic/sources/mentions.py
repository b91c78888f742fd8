"""``@flights`` and ``@flights.carrier``: frames and columns that a question names without a doubt."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from ..errors import UnknownFrame
from .kinds import source_of

_MENTION = re.compile(r"(?<![\w@])@([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?")
_BEGUN = re.compile(r"(?<![\w@])@(?:([A-Za-z_]\w*)\.)?(\w*)$")


def mentioned(question: str, frames: Iterable[str]) -> list[str]:
    """The frames that a question mentions, in its order.

    Raises:
        UnknownFrame: One of them is not in scope; the nearest one is named.
    """
    known = list(frames)
    found = list(dict.fromkeys(match[1] for match in _MENTION.finditer(question)))
    for name in found:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            step = f"Did you mean @{near[0]}?" if near else f"In scope: {', '.join(known[:20]) or 'none'}."
            raise UnknownFrame(f"There is no frame {name}, which the question mentions.", step)
    return found


def plain(question: str) -> str:
    """The question with its mentions as words: a column in quotes, a frame by its name."""
    return _MENTION.sub(lambda match: f'"{match[2]}"' if match[2] else match[1], question)


def completions(text: str, frames: Mapping[str, object]) -> tuple[str, list[str]]:
    """What may follow a mention that has been begun.

    Args:
        text: The question up to the cursor.
        frames: The frames in scope.

    Returns:
        The letters that are there already, and the names that begin with them; none where no mention is begun.
    """
    begun = _BEGUN.search(text)
    if begun is None:
        return "", []
    frame, letters = begun.groups()
    names = list(frames) if frame is None else source_of(frame, frames[frame]).labels if frame in frames else []
    lower = letters.lower()
    return letters, [name for name in names if name.isidentifier() and name.lower().startswith(lower)][:100]
