"""What calls of functions and methods give."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from . import charts, pandas_functions, pandas_groups, pandas_methods, pandas_series, polars_methods
from .queries import in_relation
from .values import FrameValue, GroupsValue, ModuleValue, RelationValue, RowValue, SeriesValue, TextsValue, Value

if TYPE_CHECKING:
    from .flow import Flow


CHANGES_NOTHING = frozenset(dir(builtins)) | {"answer", "display"}
"""Functions that leave a frame as it is."""


def call(flow: Flow, node: ast.Call) -> Value:
    """What a call gives."""
    function = node.func
    if isinstance(function, ast.Attribute):
        owner = flow.value(function.value)
        if not isinstance(owner, ModuleValue):
            return _method(flow, owner, node, function)
    called = flow.value(function)
    if isinstance(called, ModuleValue):
        return _of_module(flow, called.name, node)
    is_given = isinstance(function, ast.Name) and function.id in flow.bound
    harmless = isinstance(function, ast.Name) and function.id in CHANGES_NOTHING and not is_given
    values = flow.arguments(node, escape=not harmless)
    if harmless and isinstance(function, ast.Name) and function.id in {"list", "tuple", "sorted"} and values:
        first = values[0]
        return TextsValue(first.constants, True) if isinstance(first, TextsValue) and first.several else None
    return None


def _method(flow: Flow, owner: Value, node: ast.Call, function: ast.Attribute) -> Value:
    if isinstance(owner, FrameValue) and owner.library == "polars":
        return polars_methods.call(flow, owner, function.attr, node)
    if isinstance(owner, FrameValue) and owner.library == "pandas":
        return pandas_methods.call(flow, owner, function.attr, node)
    if isinstance(owner, GroupsValue):
        if owner.frame.library == "polars":
            return polars_methods.of_groups(flow, owner, function.attr, node)
        return pandas_groups.of_groups(flow, owner, function.attr, node)
    if isinstance(owner, SeriesValue):
        return pandas_series.of_series(flow, owner, function.attr, node)
    if isinstance(owner, RelationValue):
        return in_relation(flow, owner, function.attr, node)
    if isinstance(owner, TextsValue):
        owner.known = owner.known and function.attr in {"copy", "index", "count", "format", "join"}
    if isinstance(function.value, ast.Attribute) and function.value.attr == "plot":
        frame = flow.value(function.value.value)
        if isinstance(frame, FrameValue):
            charts.plotted(flow, frame, node)
            return None
    flow.arguments(node, escape=not isinstance(owner, RowValue | FrameValue))
    return None


def _of_module(flow: Flow, name: str, node: ast.Call) -> Value:
    package, _, function = name.rpartition(".")
    if package == "plotly.express":
        return charts.express(flow, function, node)
    if package == "seaborn":
        return charts.seaborn(flow, function, node)
    if package == "pandas":
        return pandas_functions.of_module(flow, function, node)
    if package == "polars":
        return polars_methods.of_module(flow, function, node)
    if package == "duckdb":
        return in_relation(flow, RelationValue(), function, node)
    values = flow.arguments(node)
    if package == "numpy":
        return next((value for value in values if isinstance(value, SeriesValue)), None)
    return None
