"""Arguments of a call to pandas, and the names that pandas gives and has itself."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from .values import FrameValue

if TYPE_CHECKING:
    pass


RESULT = "the result of "
RESET = frozenset({"index", "level_0", "level_1", "level_2"})
"""Names that ``reset_index`` gives to what has none."""
NO_SERIES = frozenset(
    "values index array shape size empty dtype name loc iloc at iat plot T hist boxplot is_unique ndim nbytes".split()
)
"""Attributes of a column that are no column."""


def argument(node: ast.Call, position: int | None, *names: str) -> ast.expr | None:
    """An argument, by its position or one of its names; None where it is not given."""
    for keyword in node.keywords:
        if keyword.arg in names:
            return keyword.value
    if position is None or position >= len(node.args) or any(isinstance(part, ast.Starred) for part in node.args):
        return None
    return node.args[position]


def is_flag(node: ast.Call, name: str, value: object) -> bool:
    """Whether an argument is given by its name as this constant."""
    given = argument(node, None, name)
    return isinstance(given, ast.Constant) and given.value == value


@cache
def _attributes(kind: str) -> frozenset[str]:
    import pandas as pd
    from pandas.api.typing import DataFrameGroupBy

    return frozenset(dir(pd.DataFrame if kind == "frame" else DataFrameGroupBy))


def is_attribute(name: str) -> bool:
    """Whether a frame or its groups have an attribute of this name themselves."""
    return name in _attributes("frame") or name in _attributes("groups")


def levels(frame: FrameValue) -> frozenset[str] | None:
    """The names that the levels of a frame's index may have; None where that is not known."""
    return frozenset(frame.index) if frame.known and not frame.open_index else None
