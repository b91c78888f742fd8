"""``@flights``, ``@flights.carrier`` and ``@flights."tail number"``: frames and columns named without a doubt."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping

from ..errors import UnknownFrame
from ..language import message
from .connections.open import database_of
from .connections.tables import ConnectedTable, connected_tables
from .kinds import source_of

_COLUMN = r"""(?:"(?P<quoted>[^"\n]+)"|'(?P<single>[^'\n]+)'|`(?P<back>[^`\n]+)`|(?P<bare>\w+))"""
_MENTION = re.compile(rf"(?<![\w@])@(?P<frame>[^\W\d]\w*)(?:\.{_COLUMN})?(?!\w*\[)")
_BEGUN = re.compile(r"(?<![\w@])@(?:(?:([^\W\d]\w*)\.)?([^\W\d]\w*)\.)?[\"'`]?(\w*)$")
_IN_CONNECTION = re.compile(r"(?<![\w@])@(?P<connection>[^\W\d]\w*)\.(?P<names>\w+(?:\.\w+)?)(?![\w(])")
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
                message("There is no frame {match}, which the question mentions.", match=match["frame"]),
                message("Did you mean @{near}?", near=near),
            )
    return list(found)


def with_table_names(question: str, sources: Mapping[str, object]) -> str:
    """A question whose mentions of tables by their connection, ``@shop.orders.amount``, name the sources themselves.

    Args:
        question: As the user wrote it.
        sources: The sources in scope, with the tables of connections.

    Raises:
        UnknownFrame: A table is written almost as one of that connection, which is named.
    """
    tables: dict[str, str] = {}
    for name, value in sources.items():
        if isinstance(value, ConnectedTable):
            table = value.table
            for path in (table.name, f"{table.schema}.{table.name}"):
                tables.setdefault(f"{value.connection_name}.{path}".lower(), name)
    if not tables:
        return question

    def named(match: re.Match[str]) -> str:
        whole = f"{match['connection']}.{match['names']}"
        first, _, rest = match["names"].partition(".")
        if whole.lower() in tables:
            return f"@{tables[whole.lower()]}"
        source = tables.get(f"{match['connection']}.{first}".lower())
        if source is not None and match["connection"] not in sources:
            return f"@{source}.{rest}" if rest else f"@{source}"
        near = difflib.get_close_matches(f"{match['connection']}.{first}".lower(), tables, 1, MIN_LIKENESS)
        if near and near[0].partition(".")[0] == match["connection"].lower() and match["connection"] not in sources:
            raise UnknownFrame(
                message("{match} has no table {first}.", match=match["connection"], first=first),
                message("Did you mean @{near}?", near=near[0]),
            )
        return match[0]

    return _IN_CONNECTION.sub(named, question)


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


def _inside(connection: str | None, frame: str, frames: Mapping[str, object]) -> list[str]:
    """What may follow ``@frame.`` or ``@connection.table.``: columns, or the tables of a connection."""
    value = frames.get(connection or frame)
    if value is None:
        return []
    if not database_of(value):
        return source_of(frame, value).labels if connection is None else []
    tables = connected_tables(connection or frame, value)
    if connection is None:
        return [table.table.name for table in tables]
    return [column.name for table in tables if table.table.name == frame for column in table.table.columns]


def kind_begun(text: str, frames: Mapping[str, object]) -> str:
    """What the mention at the end of a text is of: ``frame``, ``column``, or ``table`` of a connection.

    >>> kind_begun("by @fl", {}), kind_begun("by @flights.ca", {"flights": None})
    ('frame', 'column')
    """
    begun = _BEGUN.search(text)
    connection, frame, _ = begun.groups() if begun else (None, None, "")
    if frame is None:
        return "frame"
    return "table" if connection is None and database_of(frames.get(frame)) else "column"


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
    connection, frame, letters = begun.groups()
    names = list(frames) if frame is None else _inside(connection, frame, frames)
    lower = letters.lower()
    fitting = [name for name in names if name.lower().startswith(lower)][:100]
    return letters, [name if re.fullmatch(r"\w+", name) else f'"{name}"' for name in fitting if '"' not in name]
