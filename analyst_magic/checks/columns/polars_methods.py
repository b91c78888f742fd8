"""Which arguments of polars name columns, and which columns a frame has after each method."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from .values import FrameValue, GroupsValue, RelationValue, SeriesValue, TextsValue, Value

if TYPE_CHECKING:
    from .flow import Flow

_SAME = frozenset(
    """head tail limit sample slice fill_null fill_nan clone lazy collect reverse rechunk shrink_to_fit cast
    interpolate gather_every shift set_sorted""".split()
)
_COLUMNS = frozenset(
    {"filter", "sort", "unique", "top_k", "bottom_k", "drop_nulls", "explode", "partition_by", "remove"}
)
_OF_NAMES = frozenset("col sum mean min max median first last n_unique count std var cum_sum implode".split())
"""Functions of polars that take names of columns."""
_BY_NAME = frozenset({"over", "sort_by"})
"""Methods of an expression that do."""
_NAMED_OTHERWISE = frozenset(
    {"suffix", "prefix", "map", "keep", "to_lowercase", "to_uppercase", "all", "exclude", "struct"}
)


def call(flow: Flow, frame: FrameValue, name: str, node: ast.Call) -> Value:
    """What a method of a polars frame gives; its arguments are looked up."""
    flow.arguments(node)
    work = _METHODS.get(name)
    if work is not None:
        return work(flow, frame, node)
    if name in _SAME or name in _COLUMNS:
        keywords = {"by", "subset", "columns", "on"}
        named = [*node.args, *(k.value for k in node.keywords if k.arg in keywords)] if name in _COLUMNS else []
        named = named[1:] if name in {"top_k", "bottom_k"} else named
        _look_up(flow, frame, named)
        return frame.like(f"the result of {name}()")
    return None


def _look_up(flow: Flow, frame: FrameValue, parts: Sequence[ast.expr]) -> None:
    """The columns that expressions name, as texts or in ``pl.col``."""
    for part in parts:
        _check(flow, frame, part)
        for inner in _expressions(flow, part):
            for argument in inner.args:
                _check(flow, frame, argument)


def _check(flow: Flow, frame: FrameValue, part: ast.expr) -> None:
    texts = [str(constant.value) for constant in flow.texts(part)]
    if not any(text == "*" or text.startswith("^") for text in texts):
        flow.check(frame, part)


def _expressions(flow: Flow, part: ast.expr) -> Iterator[ast.Call]:
    for node in ast.walk(part):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, owner = node.func.attr, node.func.value
            if (name in _OF_NAMES and _is_polars(flow, owner)) or (name in _BY_NAME and not _is_polars(flow, owner)):
                yield node


def _is_polars(flow: Flow, node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and getattr(flow.scope.get(node.id), "name", "") == "polars"


def _named(flow: Flow, node: ast.Call) -> set[str] | None:
    """The names of the columns that the expressions of a call make; None where one is not known."""
    names: set[str] = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
    if any(keyword.arg is None for keyword in node.keywords):
        return None
    for part in node.args:
        for item in part.elts if isinstance(part, ast.List | ast.Tuple) else [part]:
            name = _name_of(flow, item)
            if name is None:
                return None
            names |= name
    return names


def _name_of(flow: Flow, node: ast.expr) -> set[str] | None:
    """The name of an expression: that of its alias, else of the column that it begins with."""
    value = flow.value(node)
    if isinstance(value, TextsValue):
        return None if any(text == "*" or text.startswith("^") for text in value.texts) else set(value.texts)
    while True:
        if isinstance(node, ast.BinOp | ast.Compare):
            node = node.left
        elif isinstance(node, ast.UnaryOp):
            node = node.operand
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, owner = node.func.attr, node.func.value
            if name == "alias":
                return {str(constant.value) for constant in flow.texts(node.args[0] if node.args else None)} or None
            if _is_polars(flow, owner):
                if name == "len":
                    return {"len"}
                texts = [str(constant.value) for argument in node.args for constant in flow.texts(argument)]
                plain = name in _OF_NAMES and texts and not any(text == "*" or text.startswith("^") for text in texts)
                return set(texts) if plain else None
            if name in _NAMED_OTHERWISE:
                return None
            node = owner
        elif isinstance(node, ast.Attribute) and node.attr not in {"name", "struct"}:
            node = node.value
        else:
            return None


def _select(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    _look_up(flow, frame, [*node.args, *(keyword.value for keyword in node.keywords)])
    names = _named(flow, node)
    return None if names is None else frame.like("the result of select()", names)


def _with_columns(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    # A text as a keyword's value is a column there too.
    _look_up(flow, frame, [*node.args, *(keyword.value for keyword in node.keywords)])
    names = _named(flow, node)
    return None if names is None else frame.like("the result of with_columns()", frame.columns | names)


def _group_by(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    parts = [*node.args, *(k.value for k in node.keywords if k.arg not in {"maintain_order"})]
    _look_up(flow, frame, parts)
    names = _named(flow, ast.Call(node.func, node.args, [k for k in node.keywords if k.arg != "maintain_order"]))
    return GroupsValue(frame, None if names is None else frozenset(names))


def _drop(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    strict = not any(keyword.arg == "strict" for keyword in node.keywords)
    if strict:
        _look_up(flow, frame, node.args)
    names = {str(constant.value) for part in node.args for constant in flow.texts(part)}
    return frame.like("the result of drop()", frame.columns - names)


def _rename(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    part = node.args[0] if node.args else None
    if not isinstance(part, ast.Dict) or any(key is None for key in part.keys):
        return None
    result = frame.like("the result of rename()")
    for key, value in zip(part.keys, part.values, strict=True):
        result.columns -= set(flow.check(frame, key))
        right = flow.texts(value)
        result.columns |= {str(constant.value) for constant in right}
        result.known = result.known and len(right) == 1
    return result


def _join(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    other = flow.value(node.args[0] if node.args else None)
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    on = given.get("on") or (node.args[1] if len(node.args) > 1 else None)
    for part, sides in ((on, (frame, other)), (given.get("left_on"), (frame,)), (given.get("right_on"), (other,))):
        for side in sides:
            if part is not None and isinstance(side, FrameValue):
                _look_up(flow, side, [part])
    if not isinstance(other, FrameValue):
        return None
    ends = [str(constant.value) for constant in flow.texts(given.get("suffix"))] or ["_right"]
    columns = frame.columns | other.columns | {f"{name}{end}" for name in other.columns for end in ends}
    result = frame.like("the result of join()", columns)
    result.known = frame.known and other.known
    return result


def _column(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    if node.keywords or len(node.args) != 1:
        return None
    return SeriesValue(frozenset(flow.check(frame, node.args[0])), frozenset())


def _unpivot(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    for part in (given.get("on"), given.get("index"), *node.args):
        if part is not None:
            _look_up(flow, frame, [part])
    return None


def _row_index(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    names = {str(constant.value) for constant in flow.texts(node.args[0])} if node.args else {"index"}
    return frame.like("the result of with_row_index()", frame.columns | names) if names else None


def _to_pandas(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    result = frame.like("the result of to_pandas()")
    result.library = "pandas"
    return result


_METHODS: dict[str, Callable[[Flow, FrameValue, ast.Call], Value]] = {
    "select": _select, "with_columns": _with_columns, "group_by": _group_by, "drop": _drop, "rename": _rename,
    "join": _join, "get_column": _column, "unpivot": _unpivot, "pivot": _unpivot, "with_row_index": _row_index,
    "to_pandas": _to_pandas,
}  # fmt: skip


def of_groups(flow: Flow, groups: GroupsValue, name: str, node: ast.Call) -> Value:
    """What a method of groups gives."""
    flow.arguments(node)
    frame = groups.frame
    if name == "agg":
        _look_up(flow, frame, [*node.args, *(keyword.value for keyword in node.keywords)])
        names = _named(flow, node)
    elif name == "len":
        names = {"len"} | {
            str(c.value) for part in (*node.args, *(k.value for k in node.keywords)) for c in flow.texts(part)
        }
    elif name in {"sum", "mean", "min", "max", "median", "first", "last", "n_unique", "head", "tail", "quantile"}:
        names = set(frame.columns)
    else:
        names = None
    if names is None or groups.keys is None:
        return None
    return frame.like(f"the result of {name}()", names | groups.keys)


def of_module(flow: Flow, name: str, node: ast.Call) -> Value:
    """What a function of polars gives."""
    values = flow.arguments(node)
    first = values[0] if values else None
    if name in {"from_pandas", "DataFrame", "from_dataframe"} and isinstance(first, FrameValue):
        return FrameValue(set(first.columns), "the new frame", library="polars", known=first.known)
    if name == "DataFrame" and node.args and isinstance(node.args[0], ast.Dict):
        keys = flow.texts(ast.List([key for key in node.args[0].keys if key]))
        if len(keys) == len(node.args[0].keys):
            return FrameValue({str(c.value) for c in keys}, "the new frame", library="polars")
    if name == "SQLContext":
        return RelationValue()
    return None
