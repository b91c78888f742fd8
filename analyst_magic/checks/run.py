"""All rules for a piece of code, by its language."""

from __future__ import annotations

from collections.abc import Iterable

from ..turn import Code, Finding
from . import python, sql


def check(code: Code, frames: Iterable[str] | None = None, *, own: bool = False) -> tuple[Finding, ...]:
    """What is wrong with code before it runs; empty where nothing is.

    Args:
        code: The code.
        frames: The frames in scope; where None, any table may be named in SQL.
        own: Whether it is the user's own; then SQL that only DuckDB can read is left to it.
    """
    if code.language != "sql":
        return tuple(python.check(code))
    return tuple(finding for finding in sql.check(code, frames) if not (own and finding.rule == "syntax"))


def as_run(code: Code) -> Code:
    """Checked code of a model as the sandbox gets it: SQL is written anew from its tree."""
    return sql.rewritten(code) if code.language == "sql" else code


def frames_named(code: Code, frames: Iterable[str]) -> set[str]:
    """The frames, of those in scope, that the code names; only these are sent to the sandbox."""
    return sql.names(code.text, frames) if code.language == "sql" else python.names(code.text, frames)
