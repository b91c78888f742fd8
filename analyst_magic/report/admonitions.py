"""Blocks of MkDocs, which are told by their indentation: ``!!! note "Title"``, ``??? tip`` and ``=== "Tab"``."""

from __future__ import annotations

import re
from collections.abc import Sequence

MARKS = ("!!! ", "??? ", "???+ ", '=== "')
_CALLOUT = re.compile(r'^(?:!!!|\?\?\?\+?)\s+(?P<kind>[a-z][\w-]*)(?:\s+[\w -]+?)?(?:\s+"(?P<title>[^"]*)")?\s*$')
_TAB = re.compile(r'^===[!+]?\s+"(?P<title>[^"]+)"\s*$')
_INDENT = "    "


def callout_at(lines: Sequence[str], at: int) -> tuple[str, str | None, list[str], int] | None:
    """The callout that begins at a line: its kind, its title (None where it names none), its lines, the line behind it.

    Example:
        >>> callout_at(['!!! note "Look"', "    here", "", "there"], 0)
        ('note', 'Look', ['here'], 3)
    """
    found = _CALLOUT.match(lines[at])
    if found is None:
        return None
    inside, end = _indented(lines, at + 1)
    if not inside and found["title"] is None:
        return None  # a line of text that begins with such signs
    return found["kind"], found["title"], inside, end


def tabs_at(lines: Sequence[str], at: int) -> tuple[list[tuple[str, list[str]]], int] | None:
    """The tabs that begin at a line, each with its title and its lines, and the line behind them."""
    tabs: list[tuple[str, list[str]]] = []
    while at < len(lines) and (found := _TAB.match(lines[at])):
        inside, end = _indented(lines, at + 1)
        if not inside:
            break
        tabs.append((found["title"], inside))
        at = end
    return (tabs, at) if tabs else None


def _indented(lines: Sequence[str], at: int) -> tuple[list[str], int]:
    """The indented lines from a line on, without their indentation, and the line behind them and their blank ones."""
    end = at
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(_INDENT)):
        end += 1
    inside = [line.removeprefix(_INDENT) for line in lines[at:end]]
    while inside and not inside[-1].strip():
        inside.pop()
    while inside and not inside[0].strip():
        inside.pop(0)
    return inside, end
