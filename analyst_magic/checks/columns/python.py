"""Columns that Python names: the frames are followed through assignments, branches, loops and chains of methods."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ...turn import FrameCard
from ...turn.syntax import all_nodes, parse_python
from .flow import Flow
from .uses import Use
from .values import FrameValue

MAX_NODES = 20_000


def in_python(text: str, cards: Iterable[FrameCard]) -> list[Use]:
    """The columns that Python names and that are not there.

    Args:
        text: The code; where it does not parse, or does what cannot be followed, nothing is found.
        cards: The frames, with all their columns.
    """
    try:
        tree = parse_python(text)
        nodes = list(all_nodes(tree))
        if len(nodes) > MAX_NODES or _changes_names(nodes):
            return []
        flow = Flow(text, {card.name: value for card in cards if (value := _of_card(card)) is not None})
        flow.run(tree, nodes)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return flow.found


def _changes_names(nodes: Iterable[ast.AST]) -> bool:
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return not names.isdisjoint({"exec", "globals", "locals", "vars", "setattr"})


def _of_card(card: FrameCard) -> FrameValue | None:
    """A frame in scope; None for a series, and where a label is no text or number (several levels of columns)."""
    if "series" in card.kind or any(isinstance(column.label, tuple) for column in card.columns):
        return None
    names = [column.label if isinstance(column.label, str) else column.name for column in card.columns]
    library = card.kind if card.kind in {"pandas", "polars"} else "other"
    return FrameValue(set(names[card.index :]), card.name, set(names[: card.index]), library)
