"""All rules for a piece of code, by its language. ``CHECKS`` is the table to add one to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from ..packages import Packages
from ..turn import Code, Finding, FrameCard
from . import python, sql
from .answer_line import correct_answer_line
from .columns import correct_columns
from .drift import renew
from .made_up import made_up
from .names import resolve, tidy

CHECKS: tuple[Callable[[Code, Collection[str]], Iterable[Finding]], ...] = (made_up,)
"""Checks of a model's code beside those of its language: each takes the code and the frames in scope."""


def check(code: Code, frames: Iterable[str] | None = None, *, own: bool = False) -> tuple[Finding, ...]:
    """What is wrong with code before it runs; empty where nothing is.

    Args:
        code: The code.
        frames: The frames in scope; where None, any table may be named in SQL.
        own: Whether it is the user's own; then SQL that only DuckDB can read is left to it.
    """
    if code.language != "sql":
        return tuple(python.check(code))
    return tuple(finding for finding in sql.check(code, frames, own=own) if not (own and finding.rule == "syntax"))


def examine(
    code: Code,
    frames: Collection[str],
    cards: Iterable[FrameCard],
    alive: Iterable[str] = (),
    packages: Packages | None = None,
) -> tuple[Code, tuple[Finding, ...]]:
    """A model's code with all corrected that is certain, and every finding.

    Args:
        code: As it came.
        frames: The frames in scope.
        cards: What is known of those that the model was told of.
        alive: Variables that earlier code left, as ``name`` or ``name: type``.
        packages: What the sandbox can import; None for the image's own.
    """
    code, tidied = tidy(code)
    code, named = resolve(code, frames, [name.partition(":")[0] for name in alive], packages)
    wrong = check(code, frames)
    if any(finding.stops for finding in wrong):
        return code, (*tidied, *wrong)
    cards = tuple(cards)
    code, renewed = renew(code, [card.name for card in cards if card.kind == "polars"])
    code, columns = correct_columns(code, cards)
    code, said = correct_answer_line(code, {*frames, *(name.partition(":")[0] for name in alive)})
    recheck = check(code, frames) if code.language == "sql" and columns else ()
    others = (finding for find in CHECKS for finding in find(code, frames))
    return code, (*tidied, *named, *renewed, *columns, *said, *recheck, *others)


def as_run(code: Code, frames: Iterable[str]) -> Code:
    """Checked code as the sandbox gets it; SQL may name frames that are in scope by words of SQL."""
    return sql.rewritten(code, frames) if code.language == "sql" else code


def frames_named(code: Code, frames: Iterable[str]) -> set[str]:
    """The frames, of those in scope, that the code names; only these are sent to the sandbox."""
    return sql.names(code.text, frames) if code.language == "sql" else python.names(code.text, frames)
