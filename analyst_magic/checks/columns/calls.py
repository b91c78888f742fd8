"""What calls of functions and methods give."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from .charts import express, plotted, seaborn
from .pandas_functions import of_module as of_pandas
from .pandas_groups import of_groups as of_pandas_groups
from .pandas_methods import call as call_of_pandas
from .pandas_series import of_series
from .polars_methods import call as call_of_polars
from .polars_methods import of_groups as of_polars_groups
from .polars_methods import of_module as of_polars
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
        return call_of_polars(flow, owner, function.attr, node)
    if isinstance(owner, FrameValue) and owner.library == "pandas":
        return call_of_pandas(flow, owner, function.attr, node)
    if isinstance(owner, GroupsValue):
        if owner.frame.library == "polars":
            return of_polars_groups(flow, owner, function.attr, node)
        return of_pandas_groups(flow, owner, function.attr, node)
    if isinstance(owner, SeriesValue):
        return of_series(flow, owner, function.attr, node)
    if isinstance(owner, RelationValue):
        return in_relation(flow, owner, function.attr, node)
    if isinstance(owner, TextsValue):
        owner.known = owner.known and function.attr in {"copy", "index", "count", "format", "join"}
    if isinstance(function.value, ast.Attribute) and function.value.attr == "plot":
        frame = flow.value(function.value.value)
        if isinstance(frame, FrameValue):
            plotted(flow, frame, node)
            return None
    flow.arguments(node, escape=not isinstance(owner, RowValue | FrameValue))
    return None


def _of_module(flow: Flow, name: str, node: ast.Call) -> Value:
    package, _, function = name.rpartition(".")
    if package == "plotly.express":
        return express(flow, function, node)
    if package == "seaborn":
        return seaborn(flow, function, node)
    if package == "pandas":
        return of_pandas(flow, function, node)
    if package == "polars":
        return of_polars(flow, function, node)
    if package == "duckdb":
        return in_relation(flow, RelationValue(), function, node)
    values = flow.arguments(node)
    if package == "numpy":
        return next((value for value in values if isinstance(value, SeriesValue)), None)
    return None
