"""``@flights``, ``@flights.carrier`` and ``@flights."tail number"``: frames and columns named without a doubt."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping

from ..errors import UnknownFrame
from .kinds import source_of

_COLUMN = r"""(?:"(?P<quoted>[^"\n]+)"|'(?P<single>[^'\n]+)'|`(?P<back>[^`\n]+)`|(?P<bare>\w+))"""
_MENTION = re.compile(rf"(?<![\w@])@(?P<frame>[^\W\d]\w*)(?:\.{_COLUMN})?(?!\w*\[)")
_BEGUN = re.compile(r"(?<![\w@])@(?:([^\W\d]\w*)\.)?[\"'`]?(\w*)$")
_DOMAIN = re.compile(r"(?:com|org|net|edu|gov|mil|info|biz|[a-z]{2})(?:\W|$)", re.I)
MIN_LIKENESS = 0.75
"""From this on, by difflib's ratio, a name that is no frame's is taken for a slip of one."""


def mentioned(question: str, frames: Iterable[str]) -> list[str]:
    """The frames that a question mentions, in its order. Any other ``@word`` is text, as in an address of mail.

    >>> mentioned("Fares in @flights by @carrier_name[value], not of a@b.org or @gmail.com", ["flights", "planes"])
    ['flights']

    Raises:
        UnknownFrame: One is written almost as a frame in scope, which is named.
    """
    known = list(frames)
    found: dict[str, None] = {}
    for match in _MENTION.finditer(question):
        if match["frame"] in known:
            found[match["frame"]] = None
        elif near := _nearest(match, known):
            raise UnknownFrame(
                f"There is no frame {match['frame']}, which the question mentions.", f"Did you mean @{near}?"
            )
    return list(found)


def _nearest(match: re.Match[str], known: Iterable[str]) -> str:
    """The frame that somebody who wrote this surely meant; empty where there is none."""
    if match["bare"] and _DOMAIN.match(match["bare"]):
        return ""
    folded = {name.lower(): name for name in known}
    near = difflib.get_close_matches(match["frame"].lower(), folded, 1, MIN_LIKENESS)
    return folded[near[0]] if near else ""


def plain(question: str, frames: Collection[str] | None = None) -> str:
    """The question with its mentions as words: a column in quotes, a frame by its name.

    Args:
        question: As the user wrote it.
        frames: The frames that can be meant; any name unless given.
    """

    def word(match: re.Match[str]) -> str:
        if frames is not None and match["frame"] not in frames:
            return match[0]
        column = match["quoted"] or match["single"] or match["back"] or match["bare"]
        return f'"{column}"' if column else match["frame"]

    return _MENTION.sub(word, question)


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
    fitting = [name for name in names if name.lower().startswith(lower)][:100]
    return letters, [name if re.fullmatch(r"\w+", name) else f'"{name}"' for name in fitting if '"' not in name]
