"""All rules for a piece of code, by its language."""

from __future__ import annotations

from collections.abc import Iterable

from ..turn import Code, Finding
from . import python, sql


def check(code: Code) -> tuple[Finding, ...]:
    """What is wrong with code before it runs; empty where nothing is."""
    return tuple(sql.check(code) if code.language == "sql" else python.check(code))


def frames_named(code: Code, frames: Iterable[str]) -> set[str]:
    """The frames, of those in scope, that the code names; only these are sent to the sandbox."""
    return sql.names(code.text, frames) if code.language == "sql" else python.names(code.text, frames)
