"""Columns that code names and no frame has: slips are corrected, the rest goes back to the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...language import message, sentences
from ...turn import Code, Finding, FrameCard
from .python import in_python
from .slips import meant, near_names
from .sql import missing_in_sql
from .uses import Use, replaced

MAX_NAMES = 30


def correct_columns(code: Code, cards: Iterable[FrameCard]) -> tuple[Code, list[Finding]]:
    """Code with its slips in column names corrected, and what is left to find fault with.

    Args:
        code: Python or SQL that parses.
        cards: The frames that it may name; of others nothing is known.

    Returns:
        The code, corrected where one known name alone is near; findings that stop it, and those that say what was done.
    """
    cards = tuple(cards)
    uses = _in_sql(code.text, cards) if code.language == "sql" else in_python(code.text, cards)
    findings: list[Finding] = []
    changes: list[tuple[Use, str]] = []
    for use in _once(uses):
        right = meant(use.name, use.columns)
        if right and use.replacement(right):
            changes.append((use, right))
            said = message(
                "The column {column} was read as {right}, which {where} has.",
                column=use.name, right=right, where=use.where,
            )  # fmt: skip
            findings.append(Finding("column", said, use.line, stops=False))
        else:
            findings.append(Finding("column", _message(use), use.line))
    return Code(replaced(code.text, changes), code.language, code.format), list(dict.fromkeys(findings))


def _message(use: Use) -> str:
    if use.index:
        return message(
            "There is no column {column} in {where}: it is the index there; reset_index() makes it a column.",
            column=use.name, where=use.where,
        )  # fmt: skip
    said = message("There is no column {column} in {where}.", column=use.name, where=use.where)
    if near := near_names(use.name, use.columns):
        return sentences([said, message("Near: {name}.", name=near)])
    return sentences([said, message("It has: {columns}.", columns=list(use.columns[:MAX_NAMES]))])


def _once(uses: Iterable[Use]) -> Iterator[Use]:
    seen: set[tuple[int, int, str]] = set()
    for use in uses:
        place = (use.line, use.start, "" if use.end else use.name)
        if place not in seen:
            seen.add(place)
            yield use


def _in_sql(text: str, cards: Sequence[FrameCard]) -> Iterator[Use]:
    known = {card.name: frozenset(column.sql for column in card.columns) for card in cards}
    for missing in missing_in_sql(text, known):
        names = tuple(sorted({name for frame in missing.frames for name in known[frame]}))
        before = text[: missing.start]
        first = len(before[before.rfind("\n") + 1 :].encode())
        length = len(text[missing.start : missing.start + missing.length].encode())
        line, end = before.count("\n") + 1, first + length if length else 0
        where = " or ".join(missing.frames)
        yield Use(missing.name, line, first, end, where, names, word=not missing.quoted, quote='"')
