"""Which columns a pinned program needs: by name, and by the family of their types."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Collection, Mapping

FAMILIES = {"moment": "time", "date": "time", "boolean": "truth value"}
"""Kinds of columns that are of a wider family; every other kind is a family of its own."""
_UNNAMED = re.compile(r"index(_\d+)?")


def families(schema: str) -> dict[str, str]:
    """The columns of a schema with the families of their types.

    What pandas calls an index that has no name is left out: whether there is one depends on the rows.
    """
    columns = {name: FAMILIES.get(kind, kind) for name, kind in _columns(schema).items()}
    return {name: family for name, family in columns.items() if not _UNNAMED.fullmatch(name)}


def misfit(schema: str, used: Collection[str], now: Mapping[str, str]) -> str:
    """Why a frame does not have the columns that a program needs; empty where it has them.

    Args:
        schema: The frame's schema when the program was written.
        used: The columns that the program uses.
        now: The columns that the frame has, each with the kind of its type; ``empty`` fits every kind.
    """
    reasons = []
    for name, then in families(schema).items():
        if name in used and name not in now:
            reasons.append(f"{name} is gone")
        elif name in used and now[name] != "empty" and (family := FAMILIES.get(now[name], now[name])) != then:
            reasons.append(f"{name} is {family} and was {then}")
    return ", ".join(reasons[:5]) + (" …" if len(reasons) > 5 else "")


def _columns(schema: str) -> dict[str, str]:
    with contextlib.suppress(ValueError):
        pairs = json.loads(schema)
        if isinstance(pairs, list):
            return {str(pair[0]): str(pair[1]) for pair in pairs if isinstance(pair, list) and len(pair) == 2}
    return {name: kind for name, _, kind in (part.rpartition(" ") for part in schema.split(", "))}
