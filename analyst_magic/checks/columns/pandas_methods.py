"""Which arguments of pandas name columns, and which columns a frame has after each method.

Checked against pandas 3 in the tests. A method that is not here gives a value of which nothing is known.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from . import charts
from .queries import in_eval, in_query
from .values import FrameValue, GroupsValue, RowValue, SeriesValue, TextsValue, Value

if TYPE_CHECKING:
    from .python import Flow

RESULT = "the result of "
RESET = frozenset({"index", "level_0", "level_1", "level_2"})
"""Names that ``reset_index`` gives to what has none."""
_SAME = frozenset(
    """head tail sample copy sort_index fillna ffill bfill interpolate round abs clip replace convert_dtypes
    infer_objects where mask isna notna isnull notnull isin diff shift cumsum cumprod cummax cummin pct_change rank map
    truncate between_time at_time tz_localize tz_convert select_dtypes describe corr cov swaplevel droplevel
    reorder_levels add sub mul div truediv""".split()
)
_AGGREGATES = frozenset(
    """mean sum median min max count nunique std var sem prod first last size quantile idxmax idxmin any all skew nth
    kurt""".split()
)
_SERIES_SAME = frozenset(
    """sort_values sort_index head tail round astype fillna nlargest nsmallest abs clip shift diff cumsum cumprod cummax
    cummin pct_change rank map replace dropna ffill bfill copy where mask isin isna notna isnull notnull between eq ne
    gt ge lt le mul div add sub truediv drop_duplicates sample interpolate duplicated contains startswith endswith lower
    upper strip lstrip rstrip title len slice zfill pad floor ceil normalize to_period to_timestamp tz_localize
    tz_convert strftime day_name month_name total_seconds isocalendar_week match fullmatch capitalize""".split()
)
NO_SERIES = frozenset(
    "values index array shape size empty dtype name loc iloc at iat plot T hist boxplot is_unique ndim nbytes".split()
)
"""Attributes of a column that are no column."""
# Method -> position and name of the argument that names columns, and whether a name of the index will do.
_NAMES_ARGUMENT: dict[str, tuple[int, str, bool]] = {
    "sort_values": (0, "by", True),
    "drop_duplicates": (0, "subset", False),
    "nlargest": (1, "columns", False),
    "nsmallest": (1, "columns", False),
    "explode": (0, "column", False),
}


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
    found = argument(node, None, name)
    return isinstance(found, ast.Constant) and found.value == value


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


# -- Frames ------------------------------------------------------------------------------------------------------------


def call(flow: Flow, frame: FrameValue, name: str, node: ast.Call) -> Value:
    """What a method of a frame gives; its arguments are looked up."""
    in_place = any(keyword.arg == "inplace" and not is_flag(node, "inplace", False) for keyword in node.keywords)
    work = _FRAME_METHODS.get(name)
    if work is not None:
        result = work(flow, frame, node)
    elif name in _NAMES_ARGUMENT:
        position, keyword, index = _NAMES_ARGUMENT[name]
        rows_by_columns = argument(node, None, "axis") is not None
        flow.arguments(node)
        if not rows_by_columns:
            flow.check(frame, argument(node, position, keyword), index=index)
        result = frame.like(f"{RESULT}{name}()")
        if is_flag(node, "ignore_index", True):
            result.index = set()
    elif name in _SAME:
        flow.arguments(node)
        result = frame.like(f"{RESULT}{name}()")
    elif name in {"pipe", "apply"}:
        result = _applied(flow, frame, node, pipe=name == "pipe")
    else:
        flow.arguments(node, escape=False)
        result = None
        if in_place:
            frame.forget()
    if in_place:
        if isinstance(result, FrameValue):
            frame.add(result.columns)
            frame.index |= result.index
        return None
    return result


def _applied(flow: Flow, frame: FrameValue, node: ast.Call, *, pipe: bool) -> Value:
    function = argument(node, 0, "func")
    if not isinstance(function, ast.Lambda):
        flow.arguments(node)
        if pipe:
            frame.forget()
        return None
    by_row = is_flag(node, "axis", 1) or is_flag(node, "axis", "columns")
    value = flow.call_lambda(function, frame if pipe else RowValue(frame) if by_row else None)
    return value if pipe else None


def _assign(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    result = frame.like(f"{RESULT}assign()")
    for keyword in node.keywords:
        if isinstance(keyword.value, ast.Lambda):
            flow.call_lambda(keyword.value, result)
        else:
            flow.value(keyword.value)
        if keyword.arg is not None:
            result.add({keyword.arg})
        elif isinstance(keyword.value, ast.Dict) and (
            names := flow.texts(ast.List([k for k in keyword.value.keys if k]))
        ):
            result.add(str(constant.value) for constant in names)
        else:
            result.known = False
    return result


def _dropna(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    if argument(node, None, "axis") is None and not node.args:
        flow.check(frame, argument(node, None, "subset"))
    return frame.like(f"{RESULT}dropna()")


def _drop(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    axis = argument(node, 1, "axis")
    by_axis = isinstance(axis, ast.Constant) and axis.value in {1, "columns"}
    part = argument(node, None, "columns") or (argument(node, 0, "labels") if by_axis else None)
    result = frame.like(f"{RESULT}drop()")
    if part is None:
        return result
    names = [str(c.value) for c in flow.texts(part)] if is_flag(node, "errors", "ignore") else flow.check(frame, part)
    if not is_flag(node, "inplace", True):
        result.columns -= set(names)
    return result


def _rename(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    axis = argument(node, None, "axis")
    by_axis = isinstance(axis, ast.Constant) and axis.value in {1, "columns"}
    part = argument(node, None, "columns") or (argument(node, 0, "mapper") if by_axis else None)
    result = frame.like(f"{RESULT}rename()")
    if part is None:
        return result if argument(node, None, "index") is not None else None
    if not isinstance(part, ast.Dict) or any(key is None for key in part.keys):
        return None
    old: set[str] = set()
    new: set[str] = set()
    for key, value in zip(part.keys, part.values, strict=True):
        left, right = flow.texts(key), flow.texts(value)
        if len(left) != 1 or len(right) != 1:
            result.known = False
            continue
        name, other = str(left[0].value), str(right[0].value)
        # A name that the frame has by now may be renamed once more to be safe; one of a reset index may not be there.
        if name not in RESET and other not in frame.columns:
            flow.check(frame, key)
        old.add(name)
        # What is missing may be a slip, which is mended: then the new name is there.
        new.add(other)
    if not is_flag(node, "inplace", True):
        result.columns -= old
    result.add(new)
    return result


def _groupby(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    part = argument(node, 0, "by")
    names = set(flow.check(frame, part, index=True))
    level = argument(node, None, "level")
    keys: frozenset[str] | None = frozenset(names)
    for item in part.elts if isinstance(part, ast.List | ast.Tuple) else [part] if part is not None else []:
        value = flow.value(item)
        if isinstance(value, SeriesValue) and value.names is not None:
            keys = keys | value.names if keys is not None else None
        elif isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and item.func.attr == "Grouper":
            key = argument(item, 0, "key")
            grouped = flow.check(frame, key, index=True) if key is not None else []
            keys = keys | set(grouped) | frame.index if keys is not None else None
        elif not isinstance(value, TextsValue):
            keys = None
    if level is not None:
        keys = levels(frame)
        keys = keys and keys | {str(constant.value) for constant in flow.texts(level)}
    as_index = argument(node, None, "as_index")
    if as_index is not None and not isinstance(as_index, ast.Constant):
        keys = None
    return GroupsValue(frame, keys, as_index=not is_flag(node, "as_index", False))


def _resample(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    on = argument(node, None, "on")
    names = flow.check(frame, on) if on is not None else []
    keys = frozenset(names) if on is not None else levels(frame)
    return GroupsValue(frame, keys)


def _rolling(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    flow.check(frame, argument(node, None, "on"))
    return None


def _aggregated(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    _check_functions(flow, frame, node)
    return None


def _check_functions(flow: Flow, frame: FrameValue, node: ast.Call) -> None:
    """The columns in ``agg({"x": "mean"})`` and ``agg(total=("x", "sum"))``."""
    part = argument(node, 0, "func")
    if isinstance(part, ast.Dict):
        for key in part.keys:
            flow.check(frame, key)
    for keyword in node.keywords:
        if keyword.arg is None and isinstance(keyword.value, ast.Dict):
            for value in keyword.value.values:
                _check_pair(flow, frame, value)
        else:
            _check_pair(flow, frame, keyword.value)


def _check_pair(flow: Flow, frame: FrameValue, value: ast.expr) -> None:
    if isinstance(value, ast.Tuple) and len(value.elts) == 2:
        flow.check(frame, value.elts[0])
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "NamedAgg":
        flow.check(frame, argument(value, 0, "column"))


def _value_counts(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    part = argument(node, 0, "subset")
    names = flow.check(frame, part, index=True)
    return _counts(node, frozenset(names or frame.columns))


def _counts(node: ast.Call, index: frozenset[str] | None) -> Value:
    share = argument(node, None, "normalize") or (
        node.args[0] if node.args and not isinstance(node.args[0], ast.List) else None
    )
    names = frozenset({"count"}) if share is None else frozenset({"count", "proportion"})
    return SeriesValue(names, index)


def _set_index(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    part = argument(node, 0, "keys")
    names = set(flow.check(frame, part))
    result = frame.like(
        f"{RESULT}set_index()", index=names | (frame.index if argument(node, None, "append") else set())
    )
    result.open_index = not isinstance(flow.value(part), TextsValue)
    if argument(node, None, "drop") is None and not is_flag(node, "inplace", True):
        result.columns -= names
    return result


def _reset_index(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    result = frame.like(f"{RESULT}reset_index()", index=())
    result.open_index = False
    if is_flag(node, "drop", True):
        return result
    result.known = frame.known and not frame.open_index
    result.columns |= (
        frame.index | RESET | {str(constant.value) for constant in flow.texts(argument(node, None, "names"))}
    )
    if node.args or argument(node, None, "level") is not None:
        result.index = set(frame.index)
    return result


def _rename_axis(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    result = frame.like(f"{RESULT}rename_axis()")
    names = flow.texts(argument(node, 0, "mapper", "index"))
    result.index |= {str(constant.value) for constant in names}
    result.open_index = result.open_index or not names
    return result


def _astype(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    part = argument(node, 0, "dtype")
    if isinstance(part, ast.Dict) and not is_flag(node, "errors", "ignore"):
        for key in part.keys:
            flow.check(frame, key)
    return frame.like(f"{RESULT}astype()")


def _pivot_table(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    for position, name in enumerate(("values", "index", "columns")):
        flow.check(frame, argument(node, position, name), index=True)
    functions = argument(node, 3, "aggfunc")
    for key in functions.keys if isinstance(functions, ast.Dict) else []:
        flow.check(frame, key)
    return None


def _pivot(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    for name in ("values", "index", "columns"):
        flow.check(frame, argument(node, None, name), index=True)
    return None


def _melt(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    kept = argument(node, 0, "id_vars")
    names = set(flow.check(frame, kept))
    flow.check(frame, argument(node, 1, "value_vars"))
    if kept is not None and not isinstance(flow.value(kept), TextsValue):
        return None
    variable, value = argument(node, 2, "var_name"), argument(node, 3, "value_name")
    columns = names | {"variable", "value"} | {str(c.value) for c in (*flow.texts(variable), *flow.texts(value))}
    given = [part for part in (variable, value) if part is not None]
    result = frame.like(f"{RESULT}melt()", columns, ())
    result.known = frame.known and all(isinstance(flow.value(part), TextsValue) for part in given)
    return result


def _merge(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    return merged(flow, frame, argument(node, 0, "right"), node, 1)


def merged(flow: Flow, left: Value, right_part: ast.expr | None, node: ast.Call, first: int) -> Value:
    """What two frames give that are merged.

    Args:
        flow: Where names are looked up.
        left: The first frame.
        right_part: The second.
        node: The call.
        first: The position of ``how`` among its arguments.
    """
    right = flow.value(right_part)
    for keyword in node.keywords:
        if keyword.value is not right_part:
            flow.value(keyword.value)
    if isinstance(right, SeriesValue):
        known = right.names is not None and right.index is not None
        right = FrameValue(set(right.names or ()), "the column", set(right.index or ()), known=known)
    sides = [side if isinstance(side, FrameValue) else None for side in (left, right)]
    keys: set[str] | None = set()
    for position, name, looked_at in (
        (first + 1, "on", (0, 1)), (first + 2, "left_on", (0,)), (first + 3, "right_on", (1,))
    ):  # fmt: skip
        part = argument(node, position, name)
        if part is not None:
            keys = keys | {str(c.value) for c in flow.texts(part)} if keys is not None and flow.texts(part) else None
        for side in looked_at:
            frame = sides[side]
            if part is not None and frame is not None:
                names = flow.check(frame, part, index=True)
                keys = keys | set(names) if keys is not None else None
    one, other = sides
    if one is None or other is None:
        return None
    suffixes = argument(node, None, "suffixes")
    ends = [str(c.value) for c in flow.texts(suffixes)] if suffixes is not None else ["_x", "_y"]
    if len(ends) < 1 or (isinstance(suffixes, ast.expr) and not isinstance(suffixes, ast.Tuple | ast.List)):
        return None
    both = one.columns & other.columns
    columns = one.columns | other.columns | {f"{name}{end}" for name in both for end in ends} | {"_merge", "key_0"}
    if keys and all(ends):
        columns -= both - keys
    columns |= {str(constant.value) for constant in flow.texts(argument(node, None, "indicator"))}
    columns |= one.index | other.index  # as "on" may name levels of an index
    result = FrameValue(columns, f"{RESULT}merge()", one.index | other.index)
    result.known, result.open_index = one.known and other.known, one.open_index or other.open_index
    return result


def _join(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    part = argument(node, 0, "other")
    flow.check(frame, argument(node, 1, "on"), index=True)
    other = flow.value(part)
    if not isinstance(other, FrameValue):
        return None
    ends = [str(c.value) for name in ("lsuffix", "rsuffix") for c in flow.texts(argument(node, None, name))]
    both = frame.columns & other.columns
    result = frame.like(f"{RESULT}join()", frame.columns | other.columns | {f"{n}{end}" for n in both for end in ends})
    result.index |= other.index
    result.known, result.open_index = frame.known and other.known, True
    return result


def _filter(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    return frame.like(f"{RESULT}filter()")


def _reindex(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    part = argument(node, None, "columns")
    result = frame.like(f"{RESULT}reindex()")
    result.known = frame.known and (part is None or isinstance(flow.value(part), TextsValue))
    result.add(str(constant.value) for constant in flow.texts(part))
    return result


def _insert(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    names = flow.texts(argument(node, 1, "column"))
    frame.add(str(constant.value) for constant in names)
    if not names:
        frame.forget()
    return None


def _pop(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    return SeriesValue(frozenset(flow.check(frame, argument(node, 0, "item"))), levels(frame))


def _to_file(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    flow.check(frame, argument(node, None, "columns"))
    return None


def _plot(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    charts.plotted(flow, frame, node)
    return None


def _added(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    ends = [str(constant.value) for constant in flow.texts(argument(node, 0, "prefix", "suffix"))]
    if len(ends) != 1:
        return None
    return frame.like(
        f"{RESULT}add_prefix()", {f"{ends[0]}{n}" for n in frame.columns} | {f"{n}{ends[0]}" for n in frame.columns}
    )


def _duplicated(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    flow.check(frame, argument(node, 0, "subset"))
    return SeriesValue(frozenset(), levels(frame))


def _squeezed(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    return None


_FRAME_METHODS: dict[str, Callable[[Flow, FrameValue, ast.Call], Value]] = {
    "assign": _assign, "dropna": _dropna, "drop": _drop, "rename": _rename, "groupby": _groupby, "resample": _resample,
    "rolling": _rolling, "agg": _aggregated, "aggregate": _aggregated, "transform": _aggregated,
    "value_counts": _value_counts, "set_index": _set_index, "reset_index": _reset_index, "rename_axis": _rename_axis,
    "astype": _astype, "pivot_table": _pivot_table, "pivot": _pivot, "melt": _melt, "merge": _merge, "join": _join,
    "filter": _filter, "reindex": _reindex, "insert": _insert, "pop": _pop, "to_csv": _to_file, "to_excel": _to_file,
    "to_html": _to_file, "to_string": _to_file, "plot": _plot, "hist": _plot, "boxplot": _plot, "add_prefix": _added,
    "add_suffix": _added, "duplicated": _duplicated, "squeeze": _squeezed, "query": in_query, "eval": in_eval,
}  # fmt: skip


# -- Groups ------------------------------------------------------------------------------------------------------------


def of_groups(flow: Flow, groups: GroupsValue, name: str, node: ast.Call) -> Value:
    """What a method of groups gives."""
    frame = groups.frame
    if name == "apply" and isinstance(function := argument(node, 0, "func"), ast.Lambda):
        flow.call_lambda(function, frame if groups.chosen is None else None)
        return None
    if name == "filter" and isinstance(function := argument(node, 0, "func"), ast.Lambda):
        flow.call_lambda(function, frame if groups.chosen is None else None)
        return frame.like(f"{RESULT}filter()") if groups.chosen is None else None
    flow.arguments(node, escape=name == "pipe")
    if name in {"agg", "aggregate"}:
        return _aggregated_groups(flow, groups, node)
    if name == "size":
        return _of_size(groups)
    if name in _AGGREGATES:
        return _figures(groups, f"{RESULT}{name}()")
    if name == "value_counts" and groups.one and groups.chosen:
        index = None if groups.keys is None else groups.keys | set(groups.chosen)
        return _counts(node, index) if groups.as_index else None
    if name in {"head", "tail", "sample"} and groups.chosen is None:
        return frame.like(f"{RESULT}{name}()")
    if name in {"cumcount", "ngroup"}:
        return SeriesValue(frozenset(), levels(frame))
    if name in {"transform", "rank", "shift", "diff", "cumsum", "pct_change", "ffill", "bfill", "fillna", "cummax"}:
        index = levels(frame)
        return SeriesValue(frozenset(groups.chosen or ()), index) if groups.one else None
    return None


def _of_size(groups: GroupsValue) -> Value:
    if groups.keys is None:
        return None
    if groups.as_index:
        return SeriesValue(frozenset(), groups.keys)
    return groups.frame.like(f"{RESULT}size()", groups.keys | {"size"}, ())


def _figures(groups: GroupsValue, label: str, columns: Iterable[str] | None = None) -> Value:
    """An aggregate of each column that was chosen, or of these instead; the keys are its index, or columns too."""
    if groups.keys is None:
        return None
    if groups.one and columns is None and groups.as_index:
        return SeriesValue(frozenset(groups.chosen or ()), groups.keys)
    found = set(columns) if columns is not None else set(groups.chosen or groups.frame.columns)
    index: Iterable[str] = groups.keys if groups.as_index else ()
    result = groups.frame.like(label, found if groups.as_index else found | groups.keys, index)
    result.open_index = False
    return result


def _aggregated_groups(flow: Flow, groups: GroupsValue, node: ast.Call) -> Value:
    label = f"{RESULT}agg()"
    looked_at = groups.frame if groups.chosen is None else groups.frame.like(groups.frame.label, groups.chosen)
    if not groups.one:
        _check_functions(flow, looked_at, node)
    names = {keyword.arg for keyword in node.keywords if keyword.arg not in {None, "func", "engine", "engine_kwargs"}}
    spread = [keyword.value for keyword in node.keywords if keyword.arg is None]
    function = argument(node, 0, "func")
    if function is None:
        for part in spread:
            keys = flow.texts(ast.List([key for key in part.keys if key])) if isinstance(part, ast.Dict) else []
            if not keys or not isinstance(part, ast.Dict) or len(keys) != len(part.keys):
                return None
            names |= {str(constant.value) for constant in keys}
        return _figures(groups, label, {name for name in names if name})
    if isinstance(function, ast.Dict):
        simple = all(isinstance(value, ast.Constant | ast.Lambda | ast.Attribute) for value in function.values)
        keys = flow.texts(ast.List([key for key in function.keys if key]))
        if not simple or len(keys) != len(function.keys):
            return None
        return _figures(groups, label, {str(constant.value) for constant in keys})
    if isinstance(function, ast.List | ast.Tuple):
        texts = flow.texts(function)
        if groups.one and len(texts) == len(function.elts):
            return _figures(groups, label, {str(constant.value) for constant in texts})
        return None
    if isinstance(function, ast.Constant | ast.Lambda):
        return _figures(groups, label)
    return None


# -- Columns -----------------------------------------------------------------------------------------------------------


def of_series(flow: Flow, series: SeriesValue, name: str, node: ast.Call) -> Value:
    """What a method of a column gives."""
    flow.arguments(node)
    if name in _SERIES_SAME:
        return SeriesValue(series.names, series.index)
    if name == "rename":
        texts = flow.texts(argument(node, 0, "index", "name"))
        return (
            SeriesValue(frozenset(str(c.value) for c in texts), series.index)
            if texts
            else SeriesValue(None, series.index)
        )
    if name == "rename_axis":
        texts = flow.texts(argument(node, 0, "mapper", "index"))
        return SeriesValue(series.names, frozenset(str(c.value) for c in texts) if texts else None)
    if name == "value_counts":
        return _counts(node, series.names)
    if name in {"to_frame", "reset_index"}:
        return _framed(flow, series, name, node)
    return None


def _framed(flow: Flow, series: SeriesValue, method: str, node: ast.Call) -> Value:
    part = argument(node, 0, "name") if method == "to_frame" else argument(node, None, "name")
    texts = flow.texts(part)
    names = frozenset(str(constant.value) for constant in texts) if part is not None else series.names
    if names is None or (part is not None and not texts):
        return None
    if method == "to_frame":
        index = set(series.index or ())
        return FrameValue(set(names), f"{RESULT}to_frame()", index, open_index=series.index is None)
    if is_flag(node, "drop", True):
        return SeriesValue(names, frozenset())
    if series.index is None:
        return None
    extra = {str(constant.value) for constant in flow.texts(argument(node, None, "names"))}
    return FrameValue(set(names | series.index | RESET | extra), f"{RESULT}reset_index()")


# -- Functions ---------------------------------------------------------------------------------------------------------


def of_module(flow: Flow, name: str, node: ast.Call) -> Value:
    """What a function of pandas gives."""
    first = node.args[0] if node.args else None
    if name == "merge":
        left = flow.value(argument(node, 0, "left"))
        return merged(flow, left, argument(node, 1, "right"), node, 2)
    if name == "concat":
        return _concatenated(flow, node)
    if name == "DataFrame":
        return _made(flow, node)
    if name in {"melt", "pivot_table", "pivot"} and isinstance(frame := flow.value(first), FrameValue):
        rest = ast.Call(node.func, node.args[1:], node.keywords)
        return _FRAME_METHODS[name](flow, frame, rest)
    if name == "get_dummies" and isinstance(frame := flow.value(first), FrameValue):
        flow.check(frame, argument(node, None, "columns"))
        return None
    values = flow.arguments(node)
    if name in {"to_datetime", "to_numeric", "to_timedelta", "isna", "notna", "cut", "qcut"} and values:
        return values[0] if isinstance(values[0], SeriesValue) else None
    return None


def _concatenated(flow: Flow, node: ast.Call) -> Value:
    part = argument(node, 0, "objs")
    if not isinstance(part, ast.List | ast.Tuple):
        flow.arguments(node, escape=True)
        return None
    values = [flow.value(item) for item in part.elts]
    axis = argument(node, 1, "axis")
    columns: set[str] = set()
    index: set[str] = {str(c.value) for c in flow.texts(argument(node, None, "names"))}
    if argument(node, None, "keys") is not None and axis is not None:
        return None
    known, open_index = True, argument(node, None, "keys") is not None
    for value in values:
        if isinstance(value, FrameValue) and value.library == "pandas":
            columns |= value.columns
            index |= value.index
            known, open_index = known and value.known, open_index or value.open_index
        elif isinstance(value, SeriesValue) and axis is not None and value.names is not None:
            columns |= value.names
            index |= value.index or set()
            open_index = open_index or value.index is None
        else:
            return None
    return FrameValue(columns, f"{RESULT}concat()", index, known=known, open_index=open_index)


def _made(flow: Flow, node: ast.Call) -> Value:
    """``DataFrame`` of a literal, or of a frame."""
    part = argument(node, 0, "data")
    columns = flow.texts(argument(node, None, "columns"))
    if isinstance(part, ast.Dict):
        for inner in part.values:
            flow.value(inner)
        keys = flow.texts(ast.List([key for key in part.keys if key]))
        if len(keys) == len(part.keys):
            return FrameValue({str(c.value) for c in keys}, "the new frame", open_index=True)
        return None
    value = flow.value(part)
    if isinstance(value, FrameValue) and value.library == "pandas" and len(node.args) + len(node.keywords) == 1:
        return value.like("the new frame")
    if columns and isinstance(argument(node, None, "columns"), ast.List):
        return FrameValue({str(c.value) for c in columns}, "the new frame", open_index=True)
    return None
